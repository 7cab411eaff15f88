package io.moka.proxy.nftables;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A network namespace of a test's own, and commands run inside it.
final class NetworkNamespace implements AutoCloseable {

    private final String name = "moka-proxy-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000;

    NetworkNamespace() throws IOException {
        host(List.of("ip", "netns", "add", name));
        run("ip", "link", "set", "lo", "up");
    }

    Tools tools() {
        return new Tools(inside(List.of()));
    }

    String name() {
        return name;
    }

    String run(String... command) throws IOException {
        return run(List.of(command), "");
    }

    String run(List<String> command, String input) throws IOException {
        return host(inside(command), input);
    }

    Tools.Result attempt(List<String> command) throws IOException {
        return Tools.HERE.run(inside(command), "");
    }

    List<String> inside(List<String> command) {
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }

    private static String host(List<String> command) throws IOException {
        return host(command, "");
    }

    private static String host(List<String> command, String input) throws IOException {
        var result = Tools.HERE.run(command, input);
        if (result.status() != 0) {
            throw new IOException(String.join(" ", command) + ": " + result.output() + " (the test needs root, iproute2, nftables)");
        }
        return result.output();
    }

    @Override
    public void close() throws IOException {
        host(List.of("ip", "netns", "delete", name));
    }
}
