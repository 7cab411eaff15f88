package io.moka.proxy.contract;

import io.moka.proxy.kernel.Tools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A network namespace of a test's own, and commands run inside it.
public final class NetworkNamespace implements AutoCloseable {

    private final String name = "moka-proxy-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000;

    public NetworkNamespace() throws IOException {
        host(List.of("ip", "netns", "add", name));
        run("ip", "link", "set", "lo", "up");
    }

    public Tools tools() {
        return new Tools(inside(List.of()));
    }

    public String name() {
        return name;
    }

    public String run(String... command) throws IOException {
        return host(inside(List.of(command)));
    }

    public Tools.Result attempt(String... command) throws IOException {
        return Tools.HERE.run(inside(List.of(command)), "");
    }

    List<String> inside(List<String> command) {
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }

    private static String host(List<String> command) throws IOException {
        var result = Tools.HERE.run(command, "");
        if (result.status() != 0) {
            throw new IOException(String.join(" ", command) + ": " + result.output() + " (the test needs root, iproute2, nftables, iptables, conntrack)");
        }
        return result.output();
    }

    @Override
    public void close() throws IOException {
        host(List.of("ip", "netns", "delete", name));
    }
}
