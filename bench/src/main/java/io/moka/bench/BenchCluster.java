package io.moka.bench;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// The cluster that is measured. Its ports and addresses are out of the way of any other on the machine.
final class BenchCluster {

    private static final String NAME = "bench";
    private static final Path FOLDER = Path.of("/var/lib/moka", NAME);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// A mark like the one that each cluster leaves; while it is there, `moka down` lets an engine that it has started run on.
    private static final Path ENGINE_MARK = FOLDER.resolveSibling(".engine").resolve("used-by-bench-rounds");

    private static final int PORT_BASE = 25_000;

    private final Shell shell;

    BenchCluster(Path root) {
        this.shell = new Shell(root, Map.of("KUBECONFIG", FOLDER.resolve("kubeconfig").toString()));
    }

    /// Commands run here talk to this cluster.
    Shell shell() {
        return shell;
    }

    /// The pid files of its processes are here.
    Path run() {
        return FOLDER.resolve("run");
    }

    /// One of its processes, by the component's name.
    ProcessCost process(String component) throws IOException {
        return new ProcessCost(Long.parseLong(Files.readString(run().resolve(component + ".pid")).strip()));
    }

    /// The cost of the scheduler's pods: the control plane and the hollow nodes.
    Map<String, ProcessCost> schedulingProcesses() throws IOException {
        var processes = new TreeMap<String, ProcessCost>();
        for (var component : List.of("apiserver", "etcd", "scheduler", "controllers", "hollow")) {
            processes.put(component, process(component));
        }
        return processes;
    }

    /// Ends the scheduler, which starts again with the server at this address of its kubeconfig, and returns the address that was there.
    URI schedulerSpeaksTo(URI server) throws IOException {
        var file = run().resolve("scheduler.kubeconfig");
        var text = Files.readString(file);
        var present = ClientConfig.load(file, null, "moka-bench").server();
        Files.writeString(file, text.replace(present, server.toString()));
        ProcessHandle.of(process("scheduler").pid()).ifPresent(ProcessHandle::destroy);
        return URI.create(present);
    }

    /// The cluster's own etcd, without the apiserver in front of it.
    EtcdTransactions etcd() throws Exception {
        return new EtcdTransactions(etcdAddress(), pki());
    }

    String etcdAddress() {
        return "https://127.0.0.1:" + PORT_BASE;
    }

    Path pki() {
        return FOLDER.resolve("pki");
    }

    Path kubeconfig() {
        return FOLDER.resolve("kubeconfig");
    }

    /// Returns how long the command took.
    Duration up() throws IOException, InterruptedException {
        return up(List.of());
    }

    /// Gives the cluster so many hollow nodes beside its own; 0 takes them away.
    void hollowNodes(int count) throws IOException, InterruptedException {
        up(List.of("--hollow", Integer.toString(count)));
    }

    private Duration up(List<String> flags) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("bin/moka", "up", "--name", NAME, "--port-base", Integer.toString(PORT_BASE), "--no-kubeconfig",
                "--pod-cidr", "10.221.0.0/16", "--service-cidr", "10.222.0.0/16"));
        command.addAll(flags);
        return shell.run(command).took();
    }

    /// Returns how long the command took.
    Duration down() throws IOException, InterruptedException {
        return shell.run("bin/moka", "down", "--name", NAME).took();
    }

    void purge() throws IOException, InterruptedException {
        shell.run("bin/moka", "down", "--name", NAME, "--purge");
    }

    /// Keeps the Docker engine through `down`, where it is Moka's own, until [#releaseEngine()].
    void holdEngine() throws IOException {
        if (Files.isDirectory(ENGINE_MARK.getParent())) {
            Files.writeString(ENGINE_MARK, "");
        }
    }

    void releaseEngine() throws IOException {
        Files.deleteIfExists(ENGINE_MARK);
    }

    ClientConfig config() throws IOException {
        return ClientConfig.load(kubeconfig(), null, "moka-bench");
    }

    /// Starts what is missing, and waits until pods can be created.
    void ensureUsable() throws IOException, InterruptedException {
        up();
        try (var client = new ApiClient(config())) {
            var accounts = client.resources(ServiceAccount.class);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (accounts.find("default", "default") == null) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("the namespace default has no service account after " + PATIENCE.toSeconds() + " s");
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }
}
