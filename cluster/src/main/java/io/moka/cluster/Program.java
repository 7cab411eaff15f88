package io.moka.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program that is run to its end, with a deadline: one that takes longer is killed.
///
/// @param deadline the longest that the program may take
record Program(List<String> words, Map<String, String> environment, String input, Duration deadline) {

    private static final Duration USUAL = Duration.ofSeconds(60);

    /// @param output the program's output, including its errors
    record Result(int status, String output) {
    }

    static Program of(List<String> words) {
        return new Program(List.copyOf(words), Map.of(), "", USUAL);
    }

    static Program of(String... words) {
        return of(List.of(words));
    }

    Program with(String name, String value) {
        var more = new HashMap<>(environment);
        more.put(name, value);
        return new Program(words, Map.copyOf(more), input, deadline);
    }

    Program input(String text) {
        return new Program(words, environment, text, deadline);
    }

    Program within(Duration limit) {
        return new Program(words, environment, input, limit);
    }

    /// @throws ClusterException when the program did not end in time
    Result run() throws IOException {
        var builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().putAll(environment);
        var process = builder.start();
        Thread.ofVirtual().start(() -> writeInput(process));
        var output = new FutureTask<>(() -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        Thread.ofVirtual().start(output);
        try {
            if (process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Result(process.exitValue(), output.get(5, TimeUnit.SECONDS));
            }
            throw new ClusterException(name() + " did not end within " + deadline.toSeconds() + " s");
        } catch (TimeoutException e) {
            // A child of the program holds its output open; the program itself has ended.
            return new Result(process.exitValue(), "");
        } catch (ExecutionException e) {
            throw new IOException(name() + ": its output could not be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(name() + " was interrupted");
        } finally {
            process.destroyForcibly();
        }
    }

    /// Has a thread of its own: a program may write more than a pipe holds before it has read all of its input.
    private void writeInput(Process process) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The program ended without reading its input; its output and status say why.
        }
    }

    /// Returns the output.
    ///
    /// @throws ClusterException when the program failed, with its output
    String require() throws IOException {
        var result = run();
        if (result.status() != 0) {
            throw new ClusterException(name() + " failed: " + result.output().strip());
        }
        return result.output();
    }

    private String name() {
        return String.join(" ", words.subList(0, Math.min(2, words.size())));
    }
}
