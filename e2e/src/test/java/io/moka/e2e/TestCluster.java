package io.moka.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A cluster for the tests only, beside any cluster of the user.
public final class TestCluster {

    /// Each of the processes in which tests run side by side has a cluster of its own.
    private static final int PROCESS = Integer.parseInt(System.getProperty("moka.test.process", "process-1").substring("process-".length()));
    private static final TestCluster SHARED = new TestCluster("e2e-" + PROCESS, 22_000 + 1_000 * PROCESS);
    private static boolean started;

    private final String name;
    private final int portBase;

    public TestCluster(String name, int portBase) {
        this.name = name;
        this.portBase = portBase;
    }

    /// The cluster that most tests of this process share; started by the first, stopped when the tests' process ends.
    static synchronized TestCluster shared() {
        if (!started) {
            SHARED.down();
            SHARED.up();
            // it may start some time after the rest, and its pod would then change what tests count
            Shell.await("the DNS server", Duration.ofMinutes(3), () -> SHARED.lite("get", "deployment", "kube-dns", "-n", "kube-system", "-o", "jsonpath={.status.availableReplicas}").out().strip(), "1"::equals);
            Runtime.getRuntime().addShutdownHook(new Thread(SHARED::down));
            started = true;
        }
        return SHARED;
    }

    /// Starts the cluster, without a threshold for disks, unless the options give thresholds: a full disk of the machine does not put the node under pressure.
    public String up(String... options) {
        var command = new ArrayList<>(List.of("bin/moka", "up", "--name", name, "--port-base", Integer.toString(portBase), "--no-kubeconfig"));
        command.addAll(List.of(options));
        if (command.stream().noneMatch(option -> option.startsWith("--kubelet-arg=--eviction-hard="))) {
            command.add("--kubelet-arg=--eviction-hard=memory.available<50Mi");
        }
        return Shell.run(command.toArray(String[]::new)).ok();
    }

    public String down() {
        return Shell.run("bin/moka", "down", "--name", name, "--purge").ok();
    }

    public Path folder() {
        return Path.of("/var/lib/moka", name);
    }

    public String name() {
        return name;
    }

    public int apiserverPort() {
        return portBase + 2;
    }

    int etcdPort() {
        return portBase;
    }

    int kubeletPort() {
        return portBase + 3;
    }

    private Map<String, String> environment() {
        return Map.of("KUBECONFIG", folder().resolve("kubeconfig").toString());
    }

    Shell.Result lite(String... arguments) {
        return run("bin/kubectl-lite", List.of(arguments), "");
    }

    /// Runs upstream's kubectl.
    Shell.Result kubectl(String... arguments) {
        return run("kubectl", List.of(arguments), "");
    }

    Shell.Result kubectlWithInput(String stdin, String... arguments) {
        return run("kubectl", List.of(arguments), stdin);
    }

    /// Starts upstream's kubectl, whose output nobody reads; the caller ends it.
    public Process startKubectl(String... arguments) {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Shell.Result run(String program, List<String> arguments, String stdin) {
        var command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        return Shell.run(environment(), command, stdin);
    }

    /// Creates a namespace and waits for its default service account, so that pods can be created in it.
    public void createNamespace(String namespace) {
        kubectl("create", "namespace", namespace).ok();
        Shell.await("the default account", Duration.ofSeconds(20), () -> kubectl("get", "serviceaccount", "default", "-n", namespace, "-o", "name").out(),
                out -> out.contains("serviceaccount/default"));
    }

    /// The pid of a component's process.
    public long pid(String component) {
        return Long.parseLong(Shell.run("cat", folder().resolve("run").resolve(component + ".pid").toString()).ok().strip());
    }

    /// Returns a component's line of `moka status`: its name, pid, health and more.
    String status(String component) {
        return Shell.run("bin/moka", "status", "--name", name).out().lines().filter(line -> line.startsWith(component)).findFirst().orElse("");
    }
}
