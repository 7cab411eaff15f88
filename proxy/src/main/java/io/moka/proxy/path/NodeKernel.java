package io.moka.proxy.path;

import io.moka.machinery.client.Json;
import io.moka.machinery.thread.TaskThread;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Reads the state of this machine's kernel with the kernel's own tools.
public abstract class NodeKernel implements PathKernel {

    private static final String TABLE = "moka-trace";
    private static final int TRACE_SECONDS = 10;
    private static final int AFTERGLOW_MILLIS = 300;
    private static final int MOST_LINES = 60;
    private static final int CONNECT_MILLIS = 1_000;

    private final Tools tools;

    protected NodeKernel(Tools tools) {
        this.tools = tools;
    }

    @Override
    public abstract String describe(Front front) throws IOException;

    @Override
    public abstract List<String> held(Front front) throws IOException;

    @Override
    public String interfaceTo(String address) throws IOException {
        var answer = tools.read(List.of("ip", "-j", "route", "get", address));
        return answer.isBlank() ? "" : Json.mapper().readTree(answer).path(0).path("dev").asText();
    }

    /// Traces in a table of its own, before all other rules, which is removed at the end.
    @Override
    public synchronized List<String> trace(String from, String to, String protocol, int port, boolean send) throws IOException {
        var ip = IpFamily.of(to) == IpFamily.IPV4 ? "ip" : "ip6";
        var match = (from.isEmpty() ? "" : ip + " saddr " + from + " ") + ip + " daddr " + to + " " + protocol + " dport " + port + " meta nftrace set 1";
        tools.nft("""
                add table %1$s %2$s
                delete table %1$s %2$s
                table %1$s %2$s {
                  chain prerouting { type filter hook prerouting priority -400; %3$s; }
                  chain output { type filter hook output priority -400; %3$s; }
                }
                """.formatted(ip, TABLE, match));
        try {
            return watched(send ? () -> knock(to, protocol, port) : () -> { });
        } finally {
            tools.nft("delete table " + ip + " " + TABLE + "\n");
        }
    }

    /// Lines of the monitor until some time after the first, or until nothing has come for long enough.
    private List<String> watched(Runnable sender) throws IOException {
        var command = new ArrayList<>(tools.prefix());
        command.addAll(List.of("timeout", Integer.toString(TRACE_SECONDS), "nft", "monitor", "trace"));
        var monitor = new ProcessBuilder(command).redirectErrorStream(true).start();
        var lines = new ArrayList<String>();
        try (var reader = new BufferedReader(new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8))) {
            var first = TaskThread.start("trace-sender", sender);
            for (var line = reader.readLine(); line != null && lines.size() < MOST_LINES; line = reader.readLine()) {
                if (lines.isEmpty()) {
                    TaskThread.start("trace-end", () -> endSoon(monitor));
                }
                if (!line.contains(TABLE)) {
                    lines.add(line.strip());
                }
            }
            first.interrupt();
        } finally {
            monitor.toHandle().destroy();
        }
        return lines;
    }

    private static void endSoon(Process monitor) {
        try {
            monitor.waitFor(AFTERGLOW_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // ended through its handle: `Process.destroy` would close the stream while it is being read
        monitor.toHandle().destroy();
    }

    /// Sends a first packet; the monitor needs a moment to listen.
    private static void knock(String to, String protocol, int port) {
        for (int i = 0; i < 3 && !Thread.currentThread().isInterrupted(); i++) {
            try {
                Thread.sleep(AFTERGLOW_MILLIS);
                var address = new InetSocketAddress(InetAddress.ofLiteral(to), port);
                if (protocol.equals("udp")) {
                    try (var socket = new DatagramSocket()) {
                        socket.send(new DatagramPacket(new byte[0], 0, address));
                    }
                } else {
                    try (var socket = new Socket()) {
                        socket.connect(address, CONNECT_MILLIS);
                    }
                }
            } catch (IOException refused) {
                continue;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
