package io.moka.kubelet.server;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.kubelet.pod.TestNode;
import io.moka.kubelet.spdy.SpdyClient;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.TlsIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeletServerTest extends ServedNodeTest {

    private String get(HttpClient client, String path) throws Exception {
        var answer = client.send(HttpRequest.newBuilder(uri("https", path)).build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body().strip();
    }

    @Test
    void onlyHealthIsForEverybody() throws Exception {
        assertEquals("200 ok", get(client(null), "/healthz"));
        assertEquals("401 Unauthorized", get(client(null), "/pods"));
        assertEquals("403 Forbidden (resource=nodes, subresource=proxy)",
                get(client(authority.issue(CertificateRequest.client("system:node:n2", "system:nodes"))), "/pods"));
        assertTrue(get(administrator(), "/pods").startsWith("200 {"));
        assertTrue(get(client(authority.issue(CertificateRequest.client("kube-apiserver-kubelet-client"))), "/pods").startsWith("200 {"), "the apiserver, which is no administrator");
        assertThrows(IOException.class, () -> get(client(authority.issue(CertificateRequest.server("kube-apiserver-kubelet-client", java.util.List.of("localhost")))), "/pods"), "a server's certificate");
    }

    @Test
    void unforeseenFailureOfARequestIsAnsweredAndHarmsNoOther() throws Exception {
        var client = administrator();
        runtime.failOnce(new IllegalStateException("defect"));
        var run = HttpRequest.newBuilder(uri("https", "/run/default/web/main?cmd=true")).timeout(Duration.ofSeconds(30)).POST(HttpRequest.BodyPublishers.noBody()).build();

        var answer = client.send(run, BodyHandlers.ofString());

        assertEquals("500 internal error", answer.statusCode() + " " + answer.body().strip());
        assertEquals(200, client.send(run, BodyHandlers.ofString()).statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "/containerLogs/default/gone/main, 404 pod does not exist: gone_default",
        "/containerLogs/default/web/other, 400 container other is not valid for pod web",
        "/containerLogs/default/web/main?previous=true, '400 previous terminated container \"main\" in pod \"web\" not found'",
        "/containerLogs/default/web/main?tailLines=x, 400 tailLines is not a number: x",
        "/containerLogs/default/web, 404 404 page not found", "/nothing, 404 404 page not found",
        "/exec/default/web/main?command=true, 400 unable to upgrade: only WebSocket and SPDY/3.1 are spoken here"})
    void wrongCallsAreRefused(String path, String expected) throws Exception {
        assertEquals(expected, get(administrator(), path));
    }

    @Test
    void logIsServed() throws Exception {
        var echo = node.run(TestNode.pod("echo", p -> p.editSpec().withRestartPolicy("Never").endSpec(), "echo", "hello"));
        check("it has ended", () -> node.workers.find("default", echo.getMetadata().getName()) != null
                && node.workers.find("default", "echo").latest("main") != null && node.workers.find("default", "echo").latest("main").exited() != null);

        assertEquals("200 hello", get(administrator(), "/containerLogs/default/echo/main"));
        assertEquals("200 he", get(administrator(), "/containerLogs/default/echo/main?limitBytes=2"));
    }

    @Test
    void commandIsRunByAPlainPost() throws Exception {
        var request = HttpRequest.newBuilder(uri("https", "/run/default/web/main?cmd=echo+hi")).POST(BodyPublishers.noBody()).build();

        assertEquals("hi\n", administrator().send(request, BodyHandlers.ofString()).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"v5.channel.k8s.io", "v4.channel.k8s.io"})
    void commandIsRunOverAWebSocket(String protocol) throws Exception {
        assertEquals(List.of("1hi there\n", "3{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Success\"}"), exec(protocol, "command=echo&command=hi&command=there&output=1"));
    }

    @Test
    void exitCodeIsToldOnTheErrorChannel() throws Exception {
        var messages = exec("v5.channel.k8s.io", "command=false&output=1");

        assertTrue(messages.getLast().contains("\"reason\":\"NonZeroExitCode\""), messages.toString());
        assertTrue(messages.getLast().contains("{\"message\":\"1\",\"reason\":\"ExitCode\"}"), messages.toString());
    }

    private List<String> exec(String protocol, String query) throws Exception {
        var messages = new CopyOnWriteArrayList<String>();
        var ended = new CopyOnWriteArrayList<Integer>();
        administrator().newWebSocketBuilder().subprotocols(protocol).buildAsync(uri("wss", "/exec/default/web/main?" + query), new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
                var bytes = new byte[data.remaining()];
                data.get(bytes);
                if (bytes.length > 1) {
                    messages.add(bytes[0] + new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8));
                }
                return WebSocket.Listener.super.onBinary(socket, data, last);
            }

            @Override
            public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                ended.add(code);
                return WebSocket.Listener.super.onClose(socket, code, reason);
            }
        }).get();
        check("the socket is closed", () -> !ended.isEmpty());
        return messages;
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "GET"})
    void commandIsRunOverSpdy(String method) throws Exception {
        try (var socket = spdy(method, "/exec/default/web/main?command=cat&input=1&output=1&error=1", "v4.channel.k8s.io")) {
            var client = openProcess(socket.client);
            client.write(3, "typed ".getBytes(StandardCharsets.UTF_8));
            client.write(3, "x".repeat(1_000_000).getBytes(StandardCharsets.UTF_8));
            client.end(3);
            client.ping(1);

            check("all is over", () -> client.isEnded(1) && client.isEnded(5) && client.isEnded(7));
            assertEquals("typed " + "x".repeat(1_000_000), client.received(5));
            assertEquals("{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Success\"}", client.received(1));
            assertTrue(client.isReplied(1) && client.isReplied(7));
            check("the ping is answered", () -> client.isPinged(1));
        }
    }

    @Test
    void exitCodeIsToldOnTheErrorStream() throws Exception {
        try (var socket = spdy("POST", "/exec/default/web/main?command=false&input=1&output=1&error=1", "v4.channel.k8s.io")) {
            var client = openProcess(socket.client);

            check("all is over", () -> client.isEnded(1) && client.isEnded(5));
            assertTrue(client.received(1).contains("{\"message\":\"1\",\"reason\":\"ExitCode\"}"), client.received(1));
        }
    }

    @Test
    void streamThatNobodyAskedForIsRefused() throws Exception {
        try (var socket = spdy("POST", "/exec/default/web/main?command=true&output=1", "v4.channel.k8s.io")) {
            socket.client.open(1, "streamtype", "stdin");

            check("it is refused", () -> socket.client.isReset(1));
        }
    }

    @Test
    void unknownStreamProtocolIsRefused() throws Exception {
        try (var socket = spdy("POST", "/exec/default/web/main?command=true&output=1", "v9.channel.k8s.io")) {
            assertTrue(socket.head.startsWith("HTTP/1.1 403 "), socket.head);
        }
    }

    private static SpdyClient openProcess(SpdyClient client) {
        client.open(1, "streamtype", "error");
        client.open(3, "streamtype", "stdin");
        client.open(5, "streamtype", "stdout");
        client.open(7, "streamtype", "stderr");
        return client;
    }

    private SpdySocket spdy(String method, String path, String protocol) throws IOException {
        var identity = authority.issue(CertificateRequest.client("kube-apiserver-kubelet-client", "system:masters"));
        return new SpdySocket(TlsIdentity.clientContext(authority.certificatePem(), identity), server.port(), method, path, protocol);
    }

    @Test
    void portsAreForwardedSideBySide() throws Exception {
        runOnHostNetwork();
        try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var socket = spdy("POST", "/portForward/default/host", "portforward.k8s.io")) {
            var echo = Thread.ofVirtual().start(() -> echo(listener));
            var client = socket.client;
            openForward(client, 1, listener.getLocalPort());
            openForward(client, 5, listener.getLocalPort());
            client.write(7, "second".getBytes(StandardCharsets.UTF_8));
            client.write(3, "first".getBytes(StandardCharsets.UTF_8));
            client.end(3);
            client.end(7);

            check("both have ended", () -> client.isEnded(1) && client.isEnded(3) && client.isEnded(5) && client.isEnded(7));
            assertEquals("first second", client.received(3) + " " + client.received(7));
            assertEquals("", client.received(1) + client.received(5));
            listener.close();
            echo.join();
        }
    }

    @Test
    void portWhereNobodyListensIsToldOnTheErrorStream() throws Exception {
        runOnHostNetwork();
        int closedPort;
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = listener.getLocalPort();
        }
        try (var socket = spdy("POST", "/portForward/default/host", "portforward.k8s.io")) {
            openForward(socket.client, 1, closedPort);

            check("both have ended", () -> socket.client.isEnded(1) && socket.client.isEnded(3));
            assertEquals("error forwarding port " + closedPort + " to pod host_default: 127.0.0.1: connection refused", socket.client.received(1));
        }
    }

    @Test
    void portIsForwardedInAWebSocket() throws Exception {
        runOnHostNetwork();
        var vertx = Vertx.vertx();
        CertificateAuthority.write(authority.issue(CertificateRequest.client("kube-apiserver-kubelet-client", "system:masters")), folder.resolve("client"));
        try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var echo = Thread.ofVirtual().start(() -> echo(listener));
            var socket = Futures.await(vertx.createWebSocketClient(new WebSocketClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false)
                    .setKeyCertOptions(new PemKeyCertOptions().setCertPath(folder.resolve("client.crt").toString()).setKeyPath(folder.resolve("client.key").toString())))
                    .connect(new WebSocketConnectOptions().setHost("127.0.0.1").setPort(server.port()).setURI("/portForward/default/host").addSubProtocol("SPDY/3.1+portforward.k8s.io")));
            var client = new SpdyClient(bytes -> socket.writeBinaryMessage(Buffer.buffer(bytes)));
            socket.handler(bytes -> client.receive(bytes.getBytes()));
            openForward(client, 1, listener.getLocalPort());
            client.write(3, "tunnelled".getBytes(StandardCharsets.UTF_8));
            client.end(3);

            check("both have ended", () -> client.isEnded(1) && client.isEnded(3));
            assertEquals("tunnelled", client.received(3));
            Futures.await(vertx.close());
            listener.close();
            echo.join();
        }
    }

    private static void openForward(SpdyClient client, int id, int port) {
        client.open(id, "streamtype", "error", "port", Integer.toString(port), "requestid", "r" + id);
        client.open(id + 2, "streamtype", "data", "port", Integer.toString(port), "requestid", "r" + id);
        client.end(id);
    }

    @Test
    void usageIsToldInAllForms() throws Exception {
        assertTrue(get(administrator(), "/stats/summary").contains("\"nodeName\":\"node\""));
        assertTrue(get(administrator(), "/metrics/resource").contains("node_memory_working_set_bytes "));
        assertTrue(get(administrator(), "/metrics/cadvisor").contains("machine_memory_bytes{boot_id=\""));
        assertTrue(get(administrator(), "/metrics/probes").startsWith("200 # TYPE prober_probe_total counter"));
        assertTrue(get(administrator(), "/metrics").startsWith("200"));
    }

    @ParameterizedTest
    @CsvSource({"gzip, true", "'deflate, gzip;q=0.5', true", "gzip;q=0, false", "gzip;q=0.0, false", "identity, false"})
    void pageIsCompressedForWhomeverAcceptsThat(String accepted, boolean compressed) throws Exception {
        var answer = administrator().send(HttpRequest.newBuilder(uri("https", "/metrics/cadvisor")).header("Accept-Encoding", accepted).build(), BodyHandlers.ofInputStream());

        assertEquals(compressed ? "gzip" : "", answer.headers().firstValue("Content-Encoding").orElse(""));
        try (var body = compressed ? new GZIPInputStream(answer.body()) : answer.body()) {
            assertTrue(new String(body.readAllBytes(), StandardCharsets.UTF_8).endsWith("container_scrape_error 0\n"));
        }
    }

    @Test
    void cipherThatIsQuickHereIsPreferred() throws Exception {
        var answer = administrator().send(HttpRequest.newBuilder(uri("https", "/healthz")).build(), BodyHandlers.discarding());

        assertEquals("TLS_CHACHA20_POLY1305_SHA256", answer.sslSession().orElseThrow().getCipherSuite());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/stats/summary", "/metrics", "/metrics/resource", "/metrics/cadvisor", "/metrics/probes"})
    void usageIsForAdministratorsAlone(String path) throws Exception {
        assertEquals("401 Unauthorized", get(client(null), path));
        assertTrue(get(client(authority.issue(CertificateRequest.client("system:node:n2", "system:nodes"))), path).startsWith("403 "));
    }
}
