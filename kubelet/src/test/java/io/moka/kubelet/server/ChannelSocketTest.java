package io.moka.kubelet.server;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The channels of a WebSocket, in each protocol that clients still speak.
class ChannelSocketTest extends ServedNodeTest {

    private static final String SUCCESS = "{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Success\"}";

    /// Collects the received bytes by channel.
    private static final class Channels implements WebSocket.Listener {

        private final Map<Integer, ByteArrayOutputStream> received = new ConcurrentHashMap<>();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private final StringBuilder text = new StringBuilder();
        private final List<Integer> order = new CopyOnWriteArrayList<>();
        private volatile boolean closed;

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            var bytes = new byte[data.remaining()];
            data.get(bytes);
            message.writeBytes(bytes);
            if (last) {
                var whole = message.toByteArray();
                message.reset();
                add(whole[0], java.util.Arrays.copyOfRange(whole, 1, whole.length));
            }
            return WebSocket.Listener.super.onBinary(socket, data, last);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                add(text.charAt(0) - '0', Base64.getDecoder().decode(text.substring(1)));
                text.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        private void add(int channel, byte[] bytes) {
            order.add(channel);
            received.computeIfAbsent(channel, unknown -> new ByteArrayOutputStream()).writeBytes(bytes);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed = true;
            return WebSocket.Listener.super.onClose(socket, code, reason);
        }

        byte[] bytes(int channel) {
            var seen = received.get(channel);
            return seen == null ? new byte[0] : seen.toByteArray();
        }

        String text(int channel) {
            return new String(bytes(channel), StandardCharsets.UTF_8);
        }
    }

    private WebSocket open(String path, Channels channels, String... protocols) throws Exception {
        var builder = administrator().newWebSocketBuilder();
        if (protocols.length > 0) {
            builder.subprotocols(protocols[0], java.util.Arrays.copyOfRange(protocols, 1, protocols.length));
        }
        return builder.buildAsync(uri("wss", path), channels).get();
    }

    private static void send(WebSocket socket, String protocol, int channel, byte[] bytes) {
        if (protocol.contains("base64")) {
            socket.sendText((char) ('0' + channel) + Base64.getEncoder().encodeToString(bytes), true).join();
        } else {
            socket.sendBinary(ByteBuffer.allocate(bytes.length + 1).put((byte) channel).put(bytes).flip(), true).join();
        }
    }

    @ParameterizedTest
    @CsvSource({"v5.channel.k8s.io, 1, true", "v4.channel.k8s.io, 1, true", "v4.base64.channel.k8s.io, 1, true", "channel.k8s.io, 1, false", "base64.channel.k8s.io, 1, false", "'', 1, false"})
    void commandReadsAndIsHeard(String protocol, int output, boolean status) throws Exception {
        var channels = new Channels();
        var offered = protocol.isEmpty() ? new String[0] : new String[] {protocol};
        var socket = open("/exec/default/web/main?command=head&command=-n1&input=1&output=1", channels, offered);
        assertEquals(protocol, socket.getSubprotocol());
        var line = "x".repeat(10_000) + "\n";
        send(socket, protocol, 0, line.getBytes(StandardCharsets.UTF_8));
        check("the socket is closed", () -> channels.closed);
        assertEquals(line, channels.text(output));
        assertEquals(status ? SUCCESS : "", channels.text(3));
        assertEquals(1, channels.order.getFirst(), "the first message says that the process runs");
    }

    @ParameterizedTest
    @CsvSource({"v4.channel.k8s.io, '\"reason\":\"NonZeroExitCode\"'", "channel.k8s.io, command terminated with non-zero exit code: exit status 1"})
    void failureIsTold(String protocol, String expected) throws Exception {
        var channels = new Channels();
        open("/exec/default/web/main?command=false&output=1", channels, protocol);
        check("the socket is closed", () -> channels.closed);
        assertTrue(channels.text(3).contains(expected), channels.text(3));
    }

    @Test
    void endOfInputIsToldByV5() throws Exception {
        var channels = new Channels();
        var socket = open("/exec/default/web/main?command=cat&input=1&output=1", channels, "v5.channel.k8s.io");
        send(socket, "", 0, "all".getBytes(StandardCharsets.UTF_8));
        send(socket, "", 255, new byte[] {0});
        check("the socket is closed", () -> channels.closed);
        assertEquals("all", channels.text(1));
    }

    @Test
    void firstKnownProtocolIsTaken() throws Exception {
        var socket = open("/exec/default/web/main?command=true&output=1", new Channels(), "v9.channel.k8s.io", "v4.channel.k8s.io", "v5.channel.k8s.io");
        assertEquals("v4.channel.k8s.io", socket.getSubprotocol());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/exec/default/web/main?command=true", "/portForward/default/host?port=80"})
    void unknownProtocolsAreRefused(String path) throws Exception {
        runOnHostNetwork();
        assertEquals(403, refusal(path, "v9.channel.k8s.io"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?port=x", "?port=0", "?port=65536", "?port=80,,"})
    void portsThatAreNoneAreRefused(String query) throws Exception {
        runOnHostNetwork();
        assertEquals(400, refusal("/portForward/default/host" + query, "v4.channel.k8s.io"));
    }

    private int refusal(String path, String protocol) throws Exception {
        try {
            open(path, new Channels(), protocol);
            return 101;
        } catch (ExecutionException e) {
            return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v4.channel.k8s.io", "v4.base64.channel.k8s.io"})
    void portsAreForwardedOnChannels(String protocol) throws Exception {
        runOnHostNetwork();
        try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress()); var other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> echo(listener));
            Thread.ofVirtual().start(() -> echo(other));
            var channels = new Channels();
            var socket = open("/portForward/default/host?port=" + listener.getLocalPort() + "," + other.getLocalPort(), channels, protocol);
            send(socket, protocol, 2, "second".getBytes(StandardCharsets.UTF_8));
            send(socket, protocol, 0, "first".getBytes(StandardCharsets.UTF_8));
            check("both have answered", () -> channels.bytes(0).length == 7 && channels.bytes(2).length == 8);
            for (int channel = 0; channel < 4; channel++) {
                var bytes = channels.bytes(channel);
                int port = bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8;
                assertEquals(channel < 2 ? listener.getLocalPort() : other.getLocalPort(), port);
            }
            assertEquals("first", channels.text(0).substring(channels.text(0).length() - 5));
            socket.abort();
        }
    }

    @Test
    void portWhereNobodyListensIsToldOnTheErrorChannel() throws Exception {
        runOnHostNetwork();
        int closedPort;
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = listener.getLocalPort();
        }
        var channels = new Channels();
        open("/portForward/default/host?port=" + closedPort, channels, "v4.channel.k8s.io");
        check("the socket is closed", () -> channels.closed);
        assertTrue(channels.text(1).contains("error forwarding port " + closedPort + " to pod host_default: 127.0.0.1: connection refused"), channels.text(1));
    }
}
