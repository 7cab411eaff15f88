package io.moka.cluster;

import io.moka.machinery.pki.PrivateFiles;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// The command `moka train`: creates the start-up caches by running a temporary cluster whose processes record the classes that they load.
///
/// The first `moka up` after a build starts this in the background, at the lowest priority; a cluster started with the caches is up
/// in about half the time. A recording that failed is tried again by the next `moka up`.
@Command(name = "train", hidden = true, mixinStandardHelpOptions = true, description = "Make the start-up caches of all processes.")
final class TrainCommand implements Callable<Integer> {

    private static final List<Integer> PORT_BASES = List.of(23_400, 33_400, 43_400, 53_400);
    /// How long to wait for the processes to end: at its end each one takes some seconds to write its cache, and all write at once.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// How long to wait for an interrupted recording's processes to end. It is short, as the recording is thrown away.
    private static final Duration ENDING = Duration.ofMillis(500);
    /// How long a process that is asked to end waits for its cluster to be removed.
    private static final Duration REMOVAL = Duration.ofSeconds(30);
    private static final Path STATE = Path.of("/var/lib/moka");
    private static final String NAME_PREFIX = "training-";

    /// Starts a recording in the background if there are no caches: none has been made yet, or the last one has failed.
    static void startWhereMissing(Distribution distribution) throws IOException {
        if (!distribution.hasCaches()) {
            startInBackground(distribution);
        }
    }

    private static void startInBackground(Distribution distribution) throws IOException {
        var command = new ArrayList<>(List.of("setsid", "nice", "-n", "19", Distribution.java().toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Xmx128m", "--enable-native-access=ALL-UNNAMED", "-Dmoka.dist=" + distribution.folder(), "-Dmoka.caches=" + distribution.caches(),
                "-cp", distribution.classPath("cluster"), Moka.class.getName(), "train"));
        var log = PrivateFiles.log(distribution.folder().resolve("train.log"));
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null")).redirectOutput(log.toFile()).start();
    }

    /// Ends a recording in the background and removes its cluster. The next `moka up` begins it again.
    ///
    /// @param stateDir the folder in which clusters keep their state
    static void stopInBackground(Distribution distribution, Path stateDir, Progress progress) throws Exception {
        var recorders = ProcessTable.recorders(distribution.folder());
        if (recorders.isEmpty()) {
            return;
        }
        progress.step("ending the recording of start-up caches", () -> {
            Signals.end(recorders, ENDING);
            removeCluster(distribution, layout(distribution, stateDir));
            DownCommand.delete(distribution.recording().caches());
            return "";
        });
    }

    private static void removeCluster(Distribution distribution, Layout layout) throws Exception {
        var left = Settings.read(layout);
        if (left != null) {
            new Shutdown(distribution.recording(), layout, left, ENDING).run(new Progress(new PrintStream(OutputStream.nullOutputStream())));
            DownCommand.delete(layout.root());
        }
    }

    private static Layout layout(Distribution distribution, Path stateDir) {
        return new Layout(stateDir, NAME_PREFIX + Integer.toHexString(distribution.folder().hashCode()));
    }

    /// Whether the cluster of this name is one that only records.
    static boolean isRecording(String name) {
        return name.startsWith(NAME_PREFIX);
    }

    @Override
    public Integer call() throws Exception {
        var distribution = Distribution.find();
        try (var lock = FileChannel.open(distribution.folder().resolve("train.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (lock.tryLock() == null) {
                System.out.println("Start-up caches are being recorded already");
            } else if (!distribution.hasCaches()) {
                record(distribution);
            }
        }
        return 0;
    }

    private static void record(Distribution distribution) throws Exception {
        DownCommand.delete(distribution.caches().getParent());
        var recording = distribution.recording();
        Files.createDirectories(recording.caches());
        var layout = layout(distribution, STATE);
        var left = Settings.read(layout);
        var progress = new Progress(System.out);
        if (left != null) {
            new Shutdown(recording, layout, left, PATIENCE).run(progress);
            DownCommand.delete(layout.root());
        }
        var settings = freeSettings(layout);
        settings.write(layout);
        System.out.println("Recording start-up caches");
        var recorder = Thread.currentThread();
        var interruption = new Thread(() -> interrupt(recorder), "interruption");
        Runtime.getRuntime().addShutdownHook(interruption);
        try {
            new Startup(recording, layout, settings, true).run(progress);
            progress.step("a pod comes and goes", () -> new TrainingRun(layout).run());
            progress.step("calls of many clients", () -> new TrainingLoad(layout).run());
            progress.step("network plugin", () -> new CniFiles(recording, layout, settings).train());
            progress.step("command lines", () -> new CommandTraining(recording, layout).run());
        } finally {
            boolean interrupted = Thread.interrupted();
            new Shutdown(recording, layout, settings, interrupted ? ENDING : PATIENCE).run(progress);
            DownCommand.delete(layout.root());
            if (!interrupted) {
                Runtime.getRuntime().removeShutdownHook(interruption);
            }
        }
        progress.step("class archive of four components", () -> {
            new SharedArchive(recording).make();
            return "";
        });
        Files.move(recording.caches(), distribution.caches(), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Runs when this process is asked to end: the recording is abandoned, and its cluster removed first.
    private static void interrupt(Thread recorder) {
        recorder.interrupt();
        try {
            recorder.join(REMOVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns settings with the first of the training clusters' port bases that no other cluster uses.
    private static Settings freeSettings(Layout layout) throws IOException {
        var neighbours = Neighbours.of(layout);
        for (int base : PORT_BASES) {
            var settings = Settings.choose(layout.name(), base, null, null);
            if (ProcessTable.listeningOn(settings.ports().apiserver()).isEmpty() && neighbours.areApart(settings)) {
                return settings;
            }
        }
        throw new ClusterException("other clusters have the training clusters' ports and addresses on this machine; try again later");
    }
}
