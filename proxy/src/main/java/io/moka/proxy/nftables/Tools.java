package io.moka.proxy.nftables;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Starts the kernel's own tools, one process for a transaction.
///
/// @param prefix what comes before each command, such as the way into a network namespace
record Tools(List<String> prefix) {

    static final Tools HERE = new Tools(List.of());

    /// Applies the script as one transaction: all of it or nothing.
    void nft(String script) throws IOException {
        var result = run(List.of("nft", "-f", "-"), script);
        if (result.status() != 0) {
            throw new IOException("nft: " + result.output().lines().limit(3).reduce((a, b) -> a + " " + b).orElse("failed"));
        }
    }

    record Result(int status, String output) {
    }

    Result run(List<String> command, String input) throws IOException {
        var whole = new ArrayList<>(prefix);
        whole.addAll(command);
        var process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Result(process.waitFor(), output);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.getFirst(), e);
        }
    }
}
