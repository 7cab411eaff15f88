package io.moka.proxy.kernel;

import io.moka.machinery.thread.TaskThread;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Runs the kernel's own tools, one process for each transaction.
///
/// @param prefix words put before each command, such as those that enter a network namespace
public record Tools(List<String> prefix) {

    public static final Tools HERE = new Tools(List.of());

    private static final int KILLED = 128 + 9;
    private static final int PIECE = 1 << 15;

    /// Longer than any transaction takes; a tool that hangs must not stop the loop for ever.
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    /// Finds the reason in nft's output. nft puts the position before it, which differs each time.
    private static final Pattern REASON = Pattern.compile("(?m)Error: (.*)$");

    /// Applies the script as one transaction: the whole script or nothing.
    ///
    /// @throws RulesRefusedException when nft or the kernel refused it
    public void nft(String script) throws IOException {
        nft(List.of(script));
    }

    /// Applies a script that is given in parts, so that a large one is not copied.
    ///
    /// @throws RulesRefusedException when nft or the kernel refused it
    public void nft(List<? extends CharSequence> parts) throws IOException {
        var result = run(List.of("nft", "-f", "-"), parts, true);
        if (result.status() != 0) {
            throw new RulesRefusedException("nft: " + reason(result.output()));
        }
    }

    private static String reason(String output) {
        var reason = REASON.matcher(output);
        return reason.find() ? reason.group(1).strip() : output.lines().findFirst().orElse("failed");
    }

    /// @param output the tool's output, including its errors
    public record Result(int status, String output) {
    }

    /// Runs a tool with this text as its input. A status other than 0 is an answer, not an exception.
    ///
    /// @throws IOException when the tool cannot be started, or was killed after a minute
    public Result run(List<String> command, String input) throws IOException {
        return run(command, List.of(input), true);
    }

    /// Returns the tool's standard output, whatever its exit status. Its standard error is discarded.
    ///
    /// @throws IOException when the tool cannot be started, or was killed after a minute
    public String read(List<String> command) throws IOException {
        return run(command, List.of(), false).output;
    }

    private Result run(List<String> command, List<? extends CharSequence> input, boolean withErrors) throws IOException {
        var whole = new ArrayList<>(prefix);
        whole.addAll(command);
        var builder = new ProcessBuilder(whole);
        var process = (withErrors ? builder.redirectErrorStream(true) : builder.redirectError(ProcessBuilder.Redirect.DISCARD)).start();
        var watchdog = TaskThread.start("tool-deadline", () -> killAtDeadline(process));
        try {
            write(process, input);
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status == KILLED) {
                throw new IOException(command.getFirst() + " was killed, or gave no answer within " + DEADLINE.toSeconds() + " s");
            }
            return new Result(status, output);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.getFirst(), e);
        } finally {
            watchdog.interrupt();
        }
    }

    /// A tool may end before it has read everything; its output and status then say why.
    private static void write(Process process, List<? extends CharSequence> input) {
        try (var stdin = process.getOutputStream()) {
            for (var part : input) {
                for (int i = 0; i < part.length(); i += PIECE) {
                    stdin.write(part.subSequence(i, Math.min(i + PIECE, part.length())).toString().getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            return;
        }
    }

    private static void killAtDeadline(Process process) {
        try {
            Thread.sleep(DEADLINE);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }
}
