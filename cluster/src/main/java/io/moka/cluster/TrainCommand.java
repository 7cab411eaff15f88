package io.moka.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `moka train`: makes the start-up caches, by running a throw-away cluster whose processes record what they load.
///
/// The launcher runs this once after each build; a cluster started with the caches is up in about half the time.
@Command(name = "train", hidden = true, mixinStandardHelpOptions = true, description = "Make the start-up caches of all processes.")
final class TrainCommand implements Callable<Integer> {

    private static final int PORT_BASE = 23_400;
    /// Writing a cache takes a process some seconds at its end, and all write at once.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public Integer call() throws Exception {
        var distribution = Distribution.find();
        DownCommand.delete(distribution.caches().getParent());
        Files.createDirectories(distribution.caches());
        var layout = new Layout(Path.of("/var/lib/moka"), "training");
        var settings = Settings.choose(layout.name(), PORT_BASE, null, null);
        settings.write(layout);
        var progress = new Progress(System.out);
        System.out.println("Recording start-up caches");
        try {
            new Startup(distribution, layout, settings, true).run(progress);
            progress.step("a pod comes and goes", () -> new TrainingRun(layout).run());
            progress.step("network plugin", () -> new CniFiles(distribution, layout, settings).train());
            progress.step("command lines", () -> new CommandTraining(distribution, layout).run());
        } finally {
            new Shutdown(distribution, layout, settings, PATIENCE).run(progress);
            DownCommand.delete(layout.root());
        }
        return 0;
    }
}
