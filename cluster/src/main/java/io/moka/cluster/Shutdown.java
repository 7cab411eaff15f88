package io.moka.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The steps from a running cluster to a machine as it was before.
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

    void run(Progress progress) throws Exception {
        progress.step("stopping processes", this::stopProcesses);
        var commands = new CommandLines(distribution, layout, settings, false);
        if (Engine.answers()) {
            progress.step("removing containers", () -> cleanUp(commands.cleanup(Component.KUBELET)));
        }
        progress.step("removing service rules", () -> cleanUp(commands.cleanup(Component.PROXY)));
        progress.step("removing the pod network", () -> {
            new CniFiles(distribution, layout, settings).tearDown();
            return "";
        });
        if (new Engine(layout).release()) {
            progress.total("in all, with the Docker engine");
        } else {
            progress.total("in all");
        }
    }

    /// Those that act on objects first, then those that hold them: each finds the next one still there while it ends.
    private String stopProcesses() throws Exception {
        stopTogether(List.of(Component.SCHEDULER, Component.CONTROLLERS, Component.KUBELET, Component.PROXY));
        Supervised.of(layout, Component.APISERVER).stop(patience);
        Supervised.of(layout, Component.ETCD).stop(patience);
        return "";
    }

    private void stopTogether(List<Component> components) throws Exception {
        var failures = new ArrayList<IOException>();
        var threads = components.stream().map(component -> Thread.ofVirtual().start(() -> {
            try {
                Supervised.of(layout, component).stop(patience);
            } catch (IOException e) {
                synchronized (failures) {
                    failures.add(e);
                }
            }
        })).toList();
        for (var thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    private static String cleanUp(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new ClusterException("cleaning up failed: " + output.strip());
        }
        return "";
    }
}
