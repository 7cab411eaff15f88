package io.moka.cni;

import java.io.IOException;
import java.util.List;

/// Changes the kernel's network configuration with the kernel's own tools: one process for each batch of changes.
final class Kernel {

    private Kernel() {
    }

    /// The exit status and output of a tool.
    record Result(int status, String output) {
        boolean ok() {
            return status == 0;
        }
    }

    /// Applies the lines in the host's namespace; stops at the first line that fails.
    static void ip(List<String> lines) throws IOException {
        require(run(List.of("ip", "-batch", "-"), lines), lines);
    }

    /// Applies all lines, even if some of them fail. A failure throws nothing.
    static Result tryIp(List<String> lines) throws IOException {
        return run(List.of("ip", "-force", "-batch", "-"), lines);
    }

    /// Applies the rules as one transaction.
    static void nft(String rules) throws IOException {
        require(run(List.of("nft", "-f", "-"), List.of(rules)), List.of(rules));
    }

    static Result tryNft(String rules) throws IOException {
        return run(List.of("nft", "-f", "-"), List.of(rules));
    }

    static Result run(List<String> command, List<String> input) throws IOException {
        return Tool.start(command).run(input);
    }

    /// @throws CniException when the tool failed at one of the lines
    static void require(Result result, List<String> lines) {
        if (!result.ok()) {
            throw new CniException(CniException.KERNEL_REFUSED, result.output(), String.join("; ", lines));
        }
    }
}
