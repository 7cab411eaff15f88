package io.moka.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A cluster of the tests' own, beside any that the user has.
final class TestCluster {

    private static final TestCluster SHARED = new TestCluster("e2e", 22_000);
    private static boolean started;

    private final String name;
    private final int portBase;

    TestCluster(String name, int portBase) {
        this.name = name;
        this.portBase = portBase;
    }

    /// The cluster that most tests share; started by the first, stopped when the tests' process ends.
    static synchronized TestCluster shared() {
        if (!started) {
            SHARED.down();
            SHARED.up();
            Runtime.getRuntime().addShutdownHook(new Thread(SHARED::down));
            started = true;
        }
        return SHARED;
    }

    String up() {
        return Shell.run("bin/moka", "up", "--name", name, "--port-base", Integer.toString(portBase), "--no-kubeconfig").ok();
    }

    String down() {
        return Shell.run("bin/moka", "down", "--name", name, "--purge").ok();
    }

    Path folder() {
        return Path.of("/var/lib/moka", name);
    }

    String name() {
        return name;
    }

    int apiserverPort() {
        return portBase + 2;
    }

    private Map<String, String> environment() {
        return Map.of("KUBECONFIG", folder().resolve("kubeconfig").toString());
    }

    Shell.Result lite(String... arguments) {
        return run("bin/kubectl-lite", List.of(arguments), "");
    }

    /// Upstream's own client.
    Shell.Result kubectl(String... arguments) {
        return run("kubectl", List.of(arguments), "");
    }

    Shell.Result kubectlWithInput(String stdin, String... arguments) {
        return run("kubectl", List.of(arguments), stdin);
    }

    private Shell.Result run(String program, List<String> arguments, String stdin) {
        var command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        return Shell.run(environment(), command, stdin);
    }

    /// A namespace whose default account is there, so that pods may come.
    void createNamespace(String namespace) {
        kubectl("create", "namespace", namespace).ok();
        Shell.await("the default account", Duration.ofSeconds(20), () -> kubectl("get", "serviceaccount", "default", "-n", namespace, "-o", "name").out(),
                out -> out.contains("serviceaccount/default"));
    }

    /// The pid of a component's process.
    long pid(String component) {
        return Long.parseLong(Shell.run("cat", folder().resolve("run").resolve(component + ".pid").toString()).ok().strip());
    }

    /// A component's line of `moka status`: its name, pid, health and more.
    String status(String component) {
        return Shell.run("bin/moka", "status", "--name", name).out().lines().filter(line -> line.startsWith(component)).findFirst().orElse("");
    }
}
