package io.moka.e2e;

import java.nio.file.Path;
import java.util.stream.Stream;

/// A step of a script, run by one version of upstream's kubectl.
///
/// @param kubectl the program's path
record KubectlRow(String kubectl, String script, KubectlScript.Step step) {

    static Stream<KubectlRow> of(String kubectl, KubectlScript script) {
        return script.steps().stream().map(step -> new KubectlRow(kubectl, script.name(), step));
    }

    /// The path of the kubectl that `-Dmoka.kubectl=/other/kubectl` chooses, else of the one on the path.
    static String usualKubectl() {
        var chosen = System.getProperty("moka.kubectl", "");
        return chosen.isEmpty() ? Shell.run("sh", "-c", "readlink -f $(command -v kubectl)").ok().strip() : chosen;
    }

    @Override
    public String toString() {
        return Path.of(kubectl).getFileName() + " " + script + ".txt:" + step.line() + " " + step.command().lines().findFirst().orElseThrow();
    }

    String session() {
        return Path.of(kubectl).getFileName().toString().replace('.', '-') + "-" + script;
    }
}
