package io.moka.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Runs commands as a user would, and waits until their output meets a condition.
public final class Shell {

    static final Path ROOT = Path.of(System.getProperty("moka.root", ".")).toAbsolutePath().normalize();

    private Shell() {
    }

    public record Result(int status, String out) {

        /// The output of a command that succeeded.
        public String ok() {
            if (status != 0) {
                throw new AssertionError("exit status " + status + ": " + out);
            }
            return out;
        }
    }

    public static Result run(String... command) {
        return run(Map.of(), List.of(command), "");
    }

    public static Result run(Map<String, String> environment, List<String> command, String stdin) {
        try {
            var builder = new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
            builder.environment().put("MOKA_BUILT", "1");
            builder.environment().putAll(environment);
            var process = builder.start();
            var input = Thread.ofVirtual().start(() -> write(process, stdin));
            var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                throw new AssertionError(command + " does not end");
            }
            input.join();
            return new Result(process.exitValue(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void write(Process process, String text) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The command has ended without reading; what it printed says why.
            return;
        }
    }

    /// A query that is repeated until its result is the expected one.
    public interface Look {
        String get();
    }

    public static String await(String what, Duration patience, Look look, Predicate<String> wanted) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long begin = System.nanoTime();
            var seen = look.get();
            if (wanted.test(seen)) {
                return seen;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come about in " + patience + "; last seen: " + seen);
            }
            pauseAfter(begin);
        }
    }

    /// Pauses before the next of several looks, twice as long as the one that began then took, at least 100 ms and at most 1 s: a look may be a whole process,
    /// and looks without longer pauses would take the processor from what they wait for.
    static void pauseAfter(long begin) {
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        try {
            TimeUnit.MILLISECONDS.sleep(Math.clamp(2 * took, 100, 1_000));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
