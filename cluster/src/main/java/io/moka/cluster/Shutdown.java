package io.moka.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Runs the steps that stop a running cluster and restore the machine's earlier state.
final class Shutdown {

    private final Distribution distribution;
    private final Layout layout;
    private final Settings settings;
    private final Duration patience;

    /// @param patience how long a process may take to end before it is killed
    Shutdown(Distribution distribution, Layout layout, Settings settings, Duration patience) {
        this.patience = patience;
        this.distribution = distribution;
        this.layout = layout;
        this.settings = settings;
    }

    /// Processes that act on objects end before the apiserver and etcd, which they still find there while they end. What they have made on
    /// the machine is taken back while those two end.
    void run(Progress progress) throws Exception {
        progress.step("stopping kubelet, controllers, scheduler, proxy", () -> together(
                () -> stop(Component.SCHEDULER), () -> stop(Component.CONTROLLERS), () -> stop(Component.KUBELET), () -> stop(Component.HOLLOW), () -> stop(Component.PROXY),
                () -> Renewal.of(layout).stop(patience), () -> DnsAddon.stopInBackground(layout, patience)));
        progress.step("stopping the others; removing what was made", () -> together(this::stopStore, this::removeNetwork));
        if (new Engine(layout).release()) {
            progress.total("in all, with the Docker engine");
        } else {
            progress.total("in all");
        }
    }

    private void stopStore() throws IOException {
        stop(Component.APISERVER);
        stop(Component.ETCD);
    }

    /// Pods first: while they live they make connections, which the proxy has the kernel forget together with its rules.
    private void removeNetwork() throws IOException, InterruptedException {
        try {
            removePods();
        } finally {
            removeRules();
        }
    }

    private void removePods() throws IOException, InterruptedException {
        if (Engine.answers()) {
            removeContainers();
        }
        new CniFiles(distribution, layout, settings).tearDown();
    }

    /// Flags that the user gave the kubelet may be refused by it; it is then run without them, so that a cluster that never came up can be taken down.
    private void removeContainers() throws IOException {
        var first = Program.of(cleanup(settings)).run();
        if (first.status() != 0) {
            Program.of(cleanup(settings.withKubeletArguments(List.of()))).require();
        }
    }

    private List<String> cleanup(Settings used) throws IOException {
        return new CommandLines(distribution, layout, used, false).cleanup(used.instance(Component.KUBELET));
    }

    private void removeRules() throws IOException {
        Program.of(new CommandLines(distribution, layout, settings, false).cleanup(settings.instance(Component.PROXY))).require();
    }

    /// Ends the supervised process, and every other process that does its work for this cluster, no matter who started it.
    private void stop(Component component) throws IOException {
        var instance = settings.instance(component);
        Supervised.of(layout, instance).stop(patience);
        Signals.end(ProcessTable.of(instance, layout.root()), patience);
    }

    private interface Work {
        void run() throws Exception;
    }

    /// Runs all of them side by side and waits for all; then the first failure is thrown.
    private static String together(Work... works) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = Arrays.stream(works).map(work -> threads.submit(() -> {
                work.run();
                return null;
            })).toList();
            threads.shutdown();
            for (var work : running) {
                work.get();
            }
            return "";
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
