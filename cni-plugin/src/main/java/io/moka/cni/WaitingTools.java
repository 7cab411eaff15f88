package io.moka.cni;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The tools that ADD needs in any case, each started once and waiting for its input. They start beside each other, and while the plugin waits for its own input:
/// a runtime may start the plugin before the container has a network namespace (see "Started ahead" in the README).
///
/// @param marks `nft`, for the marks of network policies
/// @param host `ip` in the node's network namespace
/// @param inside a shell that becomes `ip` in the container's network namespace when it is told that there is one
record WaitingTools(Tool marks, Tool host, Tool inside) implements AutoCloseable {

    /// The shell reads the first line, which is empty, without reading further, and becomes the tool.
    private static final String ENTER = "read -r go && exec nsenter --net=\"$0\" ip -batch -";

    static WaitingTools start(Map<String, String> environment) throws IOException {
        var namespace = environment.getOrDefault("CNI_NETNS", "");
        return new WaitingTools(Tool.start(List.of("nft", "-f", "-")), Tool.start(List.of("ip", "-batch", "-")), Tool.start(List.of("sh", "-c", ENTER, namespace)));
    }

    /// To be called once, when the container's network namespace exists.
    void enterContainer() throws IOException {
        inside.go();
    }

    /// Applies the lines in the node's network namespace; stops at the first line that fails. To be called once.
    void onHost(List<String> lines) throws IOException {
        Kernel.require(host.run(lines), lines);
    }

    /// Applies the lines inside the container's network namespace, which was entered before; stops at the first line that fails. To be called once.
    void inContainer(List<String> lines) throws IOException {
        Kernel.require(inside.run(lines), lines);
    }

    @Override
    public void close() {
        marks.close();
        host.close();
        inside.close();
    }
}
