package io.moka.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The command `moka down`: stops the cluster and removes everything that it created on this machine, except its state on disk.
@Command(name = "down", mixinStandardHelpOptions = true, description = "Stop the cluster; nothing of it stays in the system.")
final class DownCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--purge", description = "Delete its state too.")
    private boolean purge;

    @Override
    public Integer call() throws Exception {
        var layout = cluster.layout();
        if (Settings.read(layout) == null) {
            System.out.println("There is no cluster \"" + layout.name() + "\" here.");
            return 0;
        }
        try (var _ = ClusterLock.take(layout, ClusterLock.LONGEST)) {
            // read once more, as the command that held the lock may have changed or deleted it
            var settings = Settings.read(layout);
            if (settings != null) {
                stop(layout, settings);
            }
        }
        return 0;
    }

    private void stop(Layout layout, Settings settings) throws Exception {
        System.out.println("Stopping cluster \"" + layout.name() + "\"");
        var distribution = Distribution.find();
        var progress = new Progress(System.out);
        if (isLast(layout)) {
            TrainCommand.stopInBackground(distribution, layout.stateDir(), progress);
        }
        new Shutdown(distribution, layout, settings, PATIENCE).run(progress);
        if (purge) {
            requireNothingMounted(layout.root());
            delete(layout.root());
            Certificates.removeFrom(Certificates.userKubeconfig(), layout.name());
        }
    }

    /// Whether no other cluster of this machine runs that a user has started.
    private static boolean isLast(Layout own) throws IOException {
        for (var other : Neighbours.layouts(own)) {
            if (!ProcessTable.of(Instance.ofControlPlane(Component.APISERVER), other.root()).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /// Fails if a file system is mounted below the folder, such as a pod's volume that could not be unmounted.
    private static void requireNothingMounted(Path folder) throws IOException {
        // a path may hold a carriage return, which the kernel writes as it is
        for (var line : Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1).split("\n")) {
            var point = line.split(" ")[4];
            if (point.startsWith(folder + "/")) {
                throw new ClusterException("the cluster is down, but its state stays: " + point + " is still mounted; unmount it and say moka down --purge again");
            }
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (var file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(file);
                }
            }
        }
    }
}
