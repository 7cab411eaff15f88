package io.moka.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process under its supervising script: started detached, found again through its pid files.
final class Supervised {

    /// How long a process that was asked to end is left alone before it is asked again.
    private static final Duration REMINDER = Duration.ofSeconds(2);

    private final Path supervisorFile;
    private final Path pidFile;
    private final Path log;

    Supervised(Path run, Path log, String id) {
        this.supervisorFile = run.resolve(id + ".supervisor");
        this.pidFile = run.resolve(id + ".pid");
        this.log = log;
    }

    static Supervised of(Layout layout, Component component) {
        return new Supervised(layout.run(), layout.log(component), component.id());
    }

    /// The supervising script, if it runs.
    Optional<ProcessHandle> supervisor() throws IOException {
        return read(supervisorFile).filter(process -> mentions(process, pidFile.toString()));
    }

    /// The component itself, if it runs.
    Optional<ProcessHandle> process() throws IOException {
        var supervisor = supervisor();
        return supervisor.isEmpty() ? Optional.empty()
                : read(pidFile).filter(process -> process.parent().map(parent -> parent.pid() == supervisor.get().pid()).orElse(false));
    }

    void start(Path script, List<String> command) throws IOException {
        if (supervisor().isPresent()) {
            return;
        }
        Files.createDirectories(supervisorFile.getParent());
        Files.createDirectories(log.getParent());
        var whole = new ArrayList<>(List.of("setsid", "sh", script.toString(), pidFile.toString(), log.toString()));
        whole.addAll(command);
        var devNull = new File("/dev/null");
        var process = new ProcessBuilder(whole).redirectInput(devNull).redirectOutput(devNull).redirectError(devNull).start();
        Files.writeString(supervisorFile, Long.toString(process.pid()));
    }

    /// Ends the script, which ends the component and waits for it; kills both when that takes too long.
    void stop(Duration patience) throws IOException {
        var supervisor = supervisor();
        var process = process();
        if (supervisor.isPresent()) {
            if (!end(supervisor.get(), patience)) {
                process.ifPresent(ProcessHandle::destroyForcibly);
                supervisor.get().destroyForcibly();
                awaitEnd(supervisor.get(), REMINDER);
            }
        }
        Files.deleteIfExists(supervisorFile);
        Files.deleteIfExists(pidFile);
    }

    /// Asks more than once: a process that has only just been started may not have heard the first time.
    private static boolean end(ProcessHandle process, Duration patience) {
        for (var waited = Duration.ZERO; waited.compareTo(patience) < 0; waited = waited.plus(REMINDER)) {
            process.destroy();
            if (awaitEnd(process, REMINDER)) {
                return true;
            }
        }
        return false;
    }

    private static boolean awaitEnd(ProcessHandle process, Duration patience) {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Optional<ProcessHandle> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var text = Files.readString(file).strip();
        return !text.matches("[0-9]{1,18}") ? Optional.empty() : ProcessHandle.of(Long.parseLong(text)).filter(ProcessHandle::isAlive);
    }

    private static boolean mentions(ProcessHandle process, String text) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).contains(text);
        } catch (IOException e) {
            return false;
        }
    }
}
