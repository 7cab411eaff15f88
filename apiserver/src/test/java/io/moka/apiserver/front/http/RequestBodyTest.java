package io.moka.apiserver.front.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.RequestBody;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.testing.Http2Frames.Frame;
import io.moka.apiserver.testing.Http2Frames;
import io.moka.apiserver.testing.RawConnection;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.TlsIdentity;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Request bodies that the handler reads late or never.
final class RequestBodyTest {
    private static final int BODY_BYTES = 8 * 1024 * 1024;
    private static final int FRAME_BYTES = 16 * 1024;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final Duration BODY = Duration.ofSeconds(2);

    private static final ConcurrentHashMap<String, CountDownLatch> GATES = new ConcurrentHashMap<>();
    private static Vertx vertx;
    private static HttpFrontend frontend;

    @BeforeAll
    static void start() {
        TestPki pki = TestPki.shared();
        vertx = Vertx.vertx();
        ClientTimeouts patience = new ClientTimeouts(Duration.ofSeconds(5), BODY, Duration.ofSeconds(5));
        frontend = HttpFrontend.listen(vertx, new FrontendOptions("127.0.0.1", 0, pki.file("apiserver.crt"), pki.file("apiserver.key"), patience,
                FrontendOptions.USUAL_STREAMS, 0, BODY_BYTES), 1, RequestBodyTest::answer);
    }

    @AfterAll
    static void stop() throws Exception {
        frontend.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /// `/refused` never looks at the body; `/gate/x` waits for its gate and then reads it; `/held/x` reads it and then waits.
    private static void answer(Exchange exchange) {
        String path = exchange.info().path();
        try {
            if (path.startsWith("/refused")) {
                throw ApiException.unauthorized();
            }
            if (path.startsWith("/gate/")) {
                await(path);
            }
            int length = exchange.body().length;
            if (path.startsWith("/held/")) {
                await(path);
            }
            exchange.answer(200, "text/plain", Integer.toString(length).getBytes(ISO_8859_1));
        } catch (ApiException refused) {
            exchange.fail(refused);
        }
    }

    private static void await(String path) {
        try {
            gate(path).await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static CountDownLatch gate(String path) {
        return GATES.computeIfAbsent(path, ignored -> new CountDownLatch(1));
    }

    private static RawConnection connect(String... protocols) throws IOException {
        return RawConnection.tls(frontend.port(), null, protocols);
    }

    private static String head(String path, int length, String... more) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n" + String.join("", more) + "\r\n";
    }

    private static void listenFor(RawConnection connection, String what) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (!connection.received().contains(what) && System.nanoTime() < deadline && !connection.listen(50)) {
            // goes on listening
        }
        assertTrue(connection.received().contains(what), () -> "not received: " + what + " in " + connection.received());
    }

    @Test
    void whoIsRefusedIsAnsweredBeforeTheBody() throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(head("/refused", 2_000_000) + "half of it");
            listenFor(connection, "HTTP/1.1 401");
        }
    }

    @Test
    void connectionCanBeUsedAfterARefusedBody() throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(head("/refused", 1_000_000) + "x".repeat(1_000_000) + head("/read", 5) + "hello");
            listenFor(connection, "HTTP/1.1 200");
            assertEquals(List.of(401, 200), connection.codes());
        }
    }

    @Test
    void refusedBodyThatNeverEndsEndsTheConnection() throws IOException {
        try (RawConnection connection = connect()) {
            connection.send("POST /refused HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            boolean closed = false;
            for (int i = 0; i < 400 && !closed; i++) {
                closed = connection.send("10000\r\n" + "x".repeat(0x10000) + "\r\n").listen(1);
            }
            assertTrue(closed, "not closed");
        }
    }

    @Test
    void bodyIsToldToComeOnlyWhenItIsWanted() throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(head("/gate/continue", 5, "Expect: 100-continue\r\n")).listen(200);
            assertEquals("", connection.received());
            gate("/gate/continue").countDown();
            listenFor(connection, "HTTP/1.1 100");
            connection.send("hello");
            listenFor(connection, "HTTP/1.1 200");
        }
        try (RawConnection connection = connect()) {
            assertTrue(connection.send(head("/refused", 5, "Expect: 100-continue\r\n")).listen(PATIENCE_MILLIS), "not closed");
            assertEquals(List.of(401), connection.codes());
        }
    }

    @Test
    void bodyThatDoesNotComeInTimeIsGivenUp() throws IOException {
        try (RawConnection connection = connect()) {
            assertTrue(connection.send(head("/read", 100) + "half").listen(PATIENCE_MILLIS), "not closed");
            assertFalse(connection.codes().contains(200));
        }
    }

    @Test
    void tooLargeIsSaidWithoutReading() throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(head("/read", RequestBody.MAX_BYTES + 1));
            listenFor(connection, "HTTP/1.1 413");
        }
    }

    /// An unread body of HTTP/2 gets no further window, so that the client can send no more than the first one.
    @Test
    void windowStaysClosedUntilTheBodyIsWanted() throws IOException {
        try (RawConnection connection = connect("h2")) {
            greet(connection);
            Http2Frames sent = new Http2Frames().frame(Http2Frames.HEADERS, Http2Frames.END_HEADERS, 1, Http2Frames.head("POST", "/gate/window"));
            for (int i = 0; i < 16; i++) {
                sent.frame(Http2Frames.DATA, 0, 1, new byte[16 * 1024]);
            }
            connection.send(sent.bytes()).listen(500);
            assertTrue(granted(connection) <= 64 * 1024, () -> granted(connection) + " bytes were granted");
            gate("/gate/window").countDown();
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            while (granted(connection) < 100 * 1024 && System.nanoTime() < deadline) {
                connection.listen(50);
            }
            assertTrue(granted(connection) >= 100 * 1024, () -> "the window stays closed: " + described(connection));
            connection.send(new Http2Frames().frame(Http2Frames.DATA, Http2Frames.END_STREAM, 1, new byte[1]).bytes());
            listenFor(connection, Integer.toString(256 * 1024 + 1));
        }
    }

    /// The server's windows hold from the acknowledgement of its settings on.
    private static void greet(RawConnection connection) throws IOException {
        connection.send(Http2Frames.hello().bytes());
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (Http2Frames.parse(connection.received()).stream().noneMatch(frame -> frame.type() == Http2Frames.WINDOW_UPDATE) && System.nanoTime() < deadline) {
            connection.listen(50);
        }
        connection.send(new Http2Frames().frame(Http2Frames.SETTINGS, 1, 0, new byte[0]).bytes());
    }

    /// Returns the bytes of window that stream 1 was granted beyond its initial window.
    private static int granted(RawConnection connection) {
        return Http2Frames.parse(connection.received()).stream().filter(frame -> frame.type() == Http2Frames.WINDOW_UPDATE && frame.stream() == 1)
                .mapToInt(frame -> ByteBuffer.wrap(frame.payload()).getInt()).sum();
    }

    @Test
    void refusedStreamLeavesTheConnectionsWindowOpen() throws IOException {
        try (RawConnection connection = connect("h2")) {
            greet(connection);
            Http2Frames sent = new Http2Frames();
            for (int stream = 1; stream < 1 + 2 * 8; stream += 2) {
                sent.frame(Http2Frames.HEADERS, Http2Frames.END_HEADERS, stream, Http2Frames.head("POST", "/refused"));
                for (int i = 0; i < 8; i++) {
                    sent.frame(Http2Frames.DATA, i == 7 ? Http2Frames.END_STREAM : 0, stream, new byte[16 * 1024]);
                }
                connection.send(sent.bytes()).listen(20);
                sent = new Http2Frames();
            }
            connection.send(new Http2Frames().get(101, "/read").bytes());
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            while (answers(connection).size() < 9 && System.nanoTime() < deadline) {
                connection.listen(50);
            }
            assertEquals(9, answers(connection).size(), () -> described(connection));
            assertTrue(Http2Frames.parse(connection.received()).stream().filter(frame -> frame.type() == Http2Frames.WINDOW_UPDATE && frame.stream() == 0)
                    .mapToInt(frame -> ByteBuffer.wrap(frame.payload()).getInt()).sum() >= 512 * 1024, "the connection's window is not given back");
        }
    }

    private static String described(RawConnection connection) {
        return Http2Frames.parse(connection.received()).stream().map(frame -> frame.type() + "@" + frame.stream() + ":" + new String(frame.payload(), ISO_8859_1)).toList().toString();
    }

    private static List<Frame> answers(RawConnection connection) {
        return Http2Frames.parse(connection.received()).stream().filter(frame -> frame.type() == Http2Frames.HEADERS).toList();
    }

    /// Beyond the budget there is at most one frame for each stream, which arrives before the server can close the stream's window.
    @Test
    void manyStreamsOfOneConnectionShareTheBudget() throws Exception {
        byte[] body = new byte[2_900_000];
        try (HttpClient client = HttpClient.newBuilder().sslContext(TlsIdentity.clientContext(TestPki.shared().authorityPem(), null)).build()) {
            URI root = URI.create("https://127.0.0.1:" + frontend.port());
            assertEquals(HttpClient.Version.HTTP_2, client.send(post(root.resolve("/read"), new byte[1]), BodyHandlers.ofString()).version());
            AtomicInteger answered = new AtomicInteger();
            for (int i = 0; i < FrontendOptions.USUAL_STREAMS; i++) {
                client.sendAsync(post(root.resolve("/held/many"), body), BodyHandlers.ofString()).whenComplete((answer, reset) -> answered.incrementAndGet());
            }
            long most = 0;
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            while (answered.get() < FrontendOptions.USUAL_STREAMS - BODY_BYTES / body.length && System.nanoTime() < deadline) {
                most = Math.max(most, frontend.bodyBytes());
                Thread.onSpinWait();
            }
            assertTrue(most >= body.length, most + " bytes were held at most");
            assertTrue(most <= BODY_BYTES + FrontendOptions.USUAL_STREAMS * FRAME_BYTES, most + " bytes were held at once");
            gate("/held/many").countDown();
            TestServer.await("all have an answer", () -> answered.get() == FrontendOptions.USUAL_STREAMS);
            TestServer.await("all is given back", () -> frontend.bodyBytes() == 0);
            assertEquals("1", client.send(post(root.resolve("/read"), new byte[1]), BodyHandlers.ofString()).body());
        }
    }

    private static HttpRequest post(URI uri, byte[] body) {
        return HttpRequest.newBuilder(uri).POST(BodyPublishers.ofByteArray(body)).build();
    }

    @Test
    void bodiesShareOneBudget() throws IOException {
        String body = "x".repeat(2_900_000);
        try (RawConnection one = connect(); RawConnection other = connect(); RawConnection later = connect()) {
            one.send(head("/held/one", body.length()) + body);
            TestServer.await("the first body is held", () -> frontend.bodyBytes() >= body.length());
            other.send(head("/read", body.length()) + body);
            listenFor(other, "HTTP/1.1 429");
            assertTrue(other.received().contains("Retry-After: 1") || other.received().contains("retry-after: 1"), other.received());
            gate("/held/one").countDown();
            listenFor(one, "HTTP/1.1 200");
            TestServer.await("all is given back", () -> frontend.bodyBytes() == 0);
            later.send(head("/read", body.length()) + body);
            listenFor(later, "HTTP/1.1 200");
        }
    }
}
