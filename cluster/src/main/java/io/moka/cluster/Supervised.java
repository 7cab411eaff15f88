package io.moka.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A process under its supervising script: it is started detached, and later commands find it by its pid files and the mark in its environment.
final class Supervised {

    /// Time between two requests to end: a process that has only just been started may not handle the first.
    private static final Duration REMINDER = Duration.ofSeconds(2);

    private final Path supervisorFile;
    private final Path pidFile;
    private final Path lockFile;
    private final Path log;

    Supervised(Path run, Path log, String id) {
        this.supervisorFile = run.resolve(id + ".supervisor");
        this.pidFile = run.resolve(id + ".pid");
        this.lockFile = run.resolve(id + ".lock");
        this.log = log;
    }

    static Supervised of(Layout layout, Instance instance) {
        return new Supervised(layout.run(), layout.log(instance), instance.id());
    }

    /// The active copy of the supervising script, if it runs.
    Optional<ProcessHandle> supervisor() throws IOException {
        return read(supervisorFile).filter(process -> ProcessTable.commandLine(process.pid()).contains(pidFile.toString()));
    }

    /// The component itself, if it runs; its supervisor may have been killed meanwhile.
    Optional<ProcessHandle> process() throws IOException {
        return read(pidFile).filter(process -> ProcessTable.isMarked(process, pidFile));
    }

    /// Starts the script, unless it runs. The script takes over a process that an earlier, killed copy of it has left.
    void start(Path script, List<String> command) throws IOException {
        if (supervisor().isPresent()) {
            return;
        }
        Files.createDirectories(supervisorFile.getParent());
        Files.createDirectories(log.getParent());
        if (!Files.exists(supervisorFile)) {
            Files.createFile(supervisorFile);
        }
        var whole = new ArrayList<>(List.of("setsid", "sh", script.toString(), pidFile.toString(), log.toString()));
        whole.addAll(command);
        var devNull = new File("/dev/null");
        var builder = new ProcessBuilder(whole).redirectInput(devNull).redirectOutput(devNull).redirectError(devNull);
        builder.environment().remove("MOKA_SUPERVISED");
        var process = builder.start();
        Files.writeString(supervisorFile, Long.toString(process.pid()));
    }

    /// Ends the script, which ends the component and waits for it. Kills whatever is left of both after that, or when it takes too long.
    void stop(Duration patience) throws IOException {
        // Without this file the waiting copy of the script ends instead of taking over.
        var supervisor = supervisor();
        Files.deleteIfExists(supervisorFile);
        if (supervisor.isPresent()) {
            end(supervisor.get(), patience);
        }
        for (var left = ProcessTable.supervisedBy(pidFile); !left.isEmpty(); left = ProcessTable.supervisedBy(pidFile)) {
            Signals.end(left, supervisor.isPresent() ? REMINDER : patience);
        }
        Files.deleteIfExists(pidFile);
        Files.deleteIfExists(lockFile);
    }

    private static void end(ProcessHandle process, Duration patience) throws IOException {
        for (var waited = Duration.ZERO; waited.compareTo(patience) < 0; waited = waited.plus(REMINDER)) {
            Signals.terminate(List.of(process));
            if (Signals.awaitEnd(List.of(process), REMINDER)) {
                return;
            }
        }
    }

    private static Optional<ProcessHandle> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var text = Files.readString(file).strip();
        return !text.matches("[0-9]{1,18}") ? Optional.empty() : ProcessHandle.of(Long.parseLong(text)).filter(ProcessTable::runs);
    }
}
