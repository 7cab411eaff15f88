package io.moka.kubelet.volume;

import io.moka.machinery.thread.TaskThread;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Runs one of the system's own programs for file systems.
final class Tool {

    private static final long PATIENCE_SECONDS = 60;
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(10);

    private Tool() {
    }

    /// @throws IOException when it fails, with its own words, or does not end in time
    static void run(String... command) throws IOException {
        run(0, command);
    }

    /// @param worst the highest exit status that is no failure
    static void run(int worst, String... command) throws IOException {
        run(Duration.ofSeconds(PATIENCE_SECONDS), worst, command);
    }

    /// @param limit when the program is ended, which is a failure
    static void run(Duration limit, int worst, String... command) throws IOException {
        run(limit, worst, InputStream.nullInputStream(), command);
    }

    /// @param input the program's standard input
    static void feed(InputStream input, Duration limit, String... command) throws IOException {
        run(limit, 0, input, command);
    }

    private static void run(Duration limit, int worst, InputStream input, String... command) throws IOException {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var reader = new Output(process);
            var thread = TaskThread.start("tool-output", reader);
            // a program that does not read its input is ended in time, too, which ends the writing
            var written = new FutureTask<>(() -> write(input, process.getOutputStream()));
            TaskThread.start("tool-input", written);
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command[0] + " did not end within " + limit.toSeconds() + " s");
            }
            // a daemon that the program has started may keep its output open
            thread.join(LAST_OUTPUT);
            var problem = written.get(LAST_OUTPUT.toSeconds(), TimeUnit.SECONDS);
            if (process.exitValue() > worst) {
                throw new IOException(String.join(" ", List.of(command)) + ": " + reader.text);
            } else if (problem != null) {
                throw problem;
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(command[0] + " did not get its input: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command[0] + " was interrupted", e);
        }
    }

    /// A program that ends early says itself why it has not read everything.
    private static @Nullable IOException write(InputStream input, OutputStream program) {
        try (program) {
            input.transferTo(program);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /// The program's output.
    private static final class Output implements Runnable {

        private final Process process;
        private volatile String text = "";

        private Output(Process process) {
            this.process = process;
        }

        @Override
        public void run() {
            try {
                text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            } catch (IOException e) {
                text = String.valueOf(e.getMessage());
            }
        }
    }
}
