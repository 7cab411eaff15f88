package io.moka.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `moka down`: stops the cluster and takes back everything that it made on this machine, but for its state on disk.
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
        var settings = Settings.read(layout);
        if (settings == null) {
            System.out.println("There is no cluster \"" + layout.name() + "\" here.");
            return 0;
        }
        System.out.println("Stopping cluster \"" + layout.name() + "\"");
        new Shutdown(Distribution.find(), layout, settings, PATIENCE).run(new Progress(System.out));
        if (purge) {
            delete(layout.root());
            Certificates.removeFrom(Certificates.userKubeconfig(), layout.name());
        }
        return 0;
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
