package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.moka.machinery.client.ClientConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawClientTest {

    private final LinkedBlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private HttpServer server;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        var url = "http://127.0.0.1:" + server.getAddress().getPort();
        client = new RawClient(new ClientConfig(url, "default", SSLContext.getDefault(), null, "test"));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.stop(0);
    }

    private void answer(int status, String body) {
        answer(status, body, body.length());
    }

    /// @param length 0 for chunks
    private void answer(int status, String body, int length) {
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Content-Type")
                    + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    @Test
    void bytesGoAndComeAsTheyAre() throws Exception {
        answer(200, "{}");
        assertEquals("{}", new String(client.get("/api/v1/pods?limit=5"), StandardCharsets.UTF_8));
        client.send("PATCH", "/a", "application/merge-patch+json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        client.delete("/a?labelSelector=b%3Dc");
        assertEquals(List.of("GET /api/v1/pods?limit=5 null ", "PATCH /a application/merge-patch+json {\"a\":1}", "DELETE /a?labelSelector=b%3Dc null "),
                List.copyOf(requests));
    }

    @Test
    void chunksArePutTogetherAndTheConnectionServesTheNextCall() throws Exception {
        var text = "x".repeat(100_000);
        answer(200, text, 0);
        assertEquals(text, new String(client.get("/a"), StandardCharsets.UTF_8));
        assertEquals(text, new String(client.get("/b"), StandardCharsets.UTF_8));
    }

    @Test
    void aLongAnswerIsReadToItsEnd() throws Exception {
        var text = "y".repeat(100_000);
        answer(200, text);
        assertEquals(text, new String(client.get("/a"), StandardCharsets.UTF_8));
        assertEquals(text, new String(client.get("/b"), StandardCharsets.UTF_8));
    }

    @Test
    void aRefusalIsNeverCountedAsAnAnswer() {
        answer(409, "already there");
        var failure = assertThrows(IOException.class, () -> client.get("/a"));
        assertEquals("GET /a was answered with 409: already there", failure.getMessage());
        assertTrue(assertThrows(IOException.class, () -> client.open("/a?watch=true")).getMessage().endsWith("409: already there"));
    }

    @Test
    void aWatchTellsOfEachEventOfItsObjects() throws Exception {
        answer(200, """
                {"type":"ADDED","object":{"metadata":{"name":"watched-0"}}}
                {"type":"ADDED","object":{"metadata":{"name":"stranger-1"}}}
                {"type":"ADDED","object":{"metadata":{"name":"watched-17"}}}
                """);
        var seen = new LinkedBlockingQueue<Integer>();
        try (var stream = new WatchStream(client.open("/pods?watch=true"), new PodObjects("watched"), (object, at) -> seen.add(object))) {
            assertEquals(0, seen.poll(20, TimeUnit.SECONDS), stream.toString());
            assertEquals(17, seen.poll(20, TimeUnit.SECONDS));
        }
    }
}
