package io.moka.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Records the start-up caches of the two command lines, `moka` and `kubectl-lite`, while they run typical commands.
final class CommandTraining {

    /// The flags that the launcher runs command lines with; a cache can only be used with the same flags.
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-XX:+UseCompactObjectHeaders",
            "-Xmx128m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private final Distribution distribution;
    private final Layout layout;

    CommandTraining(Distribution distribution, Layout layout) {
        this.distribution = distribution;
        this.layout = layout;
    }

    String run() throws IOException, InterruptedException {
        record("kubectl-lite", "io.moka.kubectl.Kubectl", "get", "pods,nodes", "-A", "--kubeconfig", layout.kubeconfig().toString());
        record("cluster", "io.moka.cluster.Moka", "status", "--name", layout.name());
        return "";
    }

    private void record(String module, String mainClass, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Distribution.java().toString());
        command.addAll(FLAGS);
        command.addAll(distribution.aotFlags(module, true));
        command.addAll(List.of("-Dmoka.dist=" + distribution.folder(), "-Dmoka.caches=" + distribution.caches(), "-cp", distribution.classPath(module), mainClass));
        command.addAll(List.of(arguments));
        Program.of(command).run();
    }
}
