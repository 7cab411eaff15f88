package io.moka.apiserver.front.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.testing.Http2Frames;
import io.moka.apiserver.testing.Http2Frames.Frame;
import io.moka.apiserver.testing.RawConnection;
import io.moka.apiserver.testing.TestPki;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients who speak HTTP/2 and do not get on, or too much.
final class Http2LimitsTest {
    private static final ClientTimeouts LITTLE = new ClientTimeouts(Duration.ofMillis(400), Duration.ofMillis(400), Duration.ofMillis(400));
    private static final int LONG_MILLIS = 1_500;
    private static final int PATIENCE_MILLIS = 15_000;
    private static final int STREAMS = 20;

    private static final AtomicInteger HANDLED = new AtomicInteger();
    private static Vertx vertx;
    private static Vertx another;
    private static HttpFrontend frontend;
    private static HttpFrontend inviting;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        frontend = HttpFrontend.listen(vertx, options(0), 2, Http2LimitsTest::answer);
        another = Vertx.vertx();
        inviting = HttpFrontend.listen(another, options(1), 1, Http2LimitsTest::answer);
    }

    private static FrontendOptions options(double goAwayChance) {
        TestPki pki = TestPki.shared();
        return new FrontendOptions("127.0.0.1", 0, pki.file("apiserver.crt"), pki.file("apiserver.key"), LITTLE, STREAMS, goAwayChance);
    }

    @AfterAll
    static void stop() throws Exception {
        frontend.close();
        inviting.close();
        another.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /// At once, or long after a client's time would be over.
    private static void answer(Exchange exchange) {
        HANDLED.incrementAndGet();
        exchange.body();
        if (exchange.info().path().equals("/slow")) {
            vertx.setTimer(LONG_MILLIS, late -> exchange.answer(200, "text/plain", new byte[0]));
        } else {
            exchange.answer(200, "text/plain", new byte[0]);
        }
    }

    private static RawConnection connect() throws IOException {
        return RawConnection.tls(frontend.port(), null, "h2");
    }

    private static List<Frame> answers(RawConnection connection) {
        return of(connection, Http2Frames.HEADERS);
    }

    private static List<Frame> of(RawConnection connection, int type) {
        return Http2Frames.parse(connection.received()).stream().filter(frame -> frame.type() == type).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PRI * HT", Http2Frames.PREFACE, Http2Frames.PREFACE + "\u0000\u0000\u0000\u0004"})
    void connectionThatDoesNotBeginIsClosed(String sent) throws IOException {
        try (RawConnection connection = connect()) {
            assertTrue(connection.send(sent).listen(PATIENCE_MILLIS), "not closed");
        }
    }

    @Test
    void byteAtATimeDoesNotHelp() throws IOException {
        try (RawConnection connection = connect()) {
            String beginning = Http2Frames.PREFACE + "\u0000\u0040\u0000\u0004\u0000\u0000\u0000\u0000\u0000" + "\u0000".repeat(100);
            boolean closed = false;
            for (int i = 0; i < beginning.length() && !closed; i++) {
                closed = connection.send(beginning.substring(i, i + 1)).listen(50);
            }
            assertTrue(closed, "not closed");
        }
    }

    @Test
    void idleConnectionIsClosedWithAFarewell() throws IOException {
        try (RawConnection connection = connect()) {
            assertTrue(connection.send(Http2Frames.hello().get(1, "/quick").bytes()).listen(PATIENCE_MILLIS), "not closed");
            assertEquals(1, answers(connection).size());
            assertEquals(1, of(connection, Http2Frames.GOAWAY).size());
        }
    }

    @Test
    void pingsDoNotMakeAConnectionBusy() throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(Http2Frames.hello().bytes());
            boolean closed = false;
            for (int i = 0; i < 100 && !closed; i++) {
                closed = connection.send(new Http2Frames().frame(Http2Frames.PING, 0, 0, new byte[8]).bytes()).listen(50);
            }
            assertTrue(closed, "not closed");
        }
    }

    @Test
    void answerMayTakeAsLongAsItLikes() throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(Http2Frames.hello().get(1, "/slow").bytes()).listen(PATIENCE_MILLIS);
            assertEquals(1, answers(connection).size());
        }
    }

    @Test
    void bodyThatDoesNotComeEndsItsStreamAlone() throws IOException {
        try (RawConnection connection = connect()) {
            Http2Frames sent = Http2Frames.hello().frame(Http2Frames.HEADERS, Http2Frames.END_HEADERS, 1, Http2Frames.head("POST", "/quick"))
                    .frame(Http2Frames.DATA, 0, 1, new byte[5]).get(3, "/slow");
            connection.send(sent.bytes()).listen(PATIENCE_MILLIS);
            assertEquals(List.of(1), of(connection, Http2Frames.RST_STREAM).stream().map(Frame::stream).toList());
            assertEquals(List.of(3), answers(connection).stream().map(Frame::stream).toList());
        }
    }

    @Test
    void streamsAreLimited() throws IOException {
        Http2Frames sent = Http2Frames.hello();
        for (int i = 0; i < STREAMS + 5; i++) {
            sent.get(2 * i + 1, "/slow");
        }
        try (RawConnection connection = connect()) {
            connection.send(sent.bytes()).listen(PATIENCE_MILLIS);
            assertEquals(STREAMS, answers(connection).size());
            assertEquals(5, of(connection, Http2Frames.RST_STREAM).size());
            byte[] settings = of(connection, Http2Frames.SETTINGS).getFirst().payload();
            assertEquals(STREAMS, setting(settings, 3));
            assertEquals(64 * 1024, setting(settings, 6));
        }
    }

    private static int setting(byte[] settings, int id) {
        ByteBuffer in = ByteBuffer.wrap(settings);
        while (in.remaining() >= 6) {
            int name = in.getShort();
            int value = in.getInt();
            if (name == id) {
                return value;
            }
        }
        return -1;
    }

    /// A flood is sent until the connection ends; that a normal number of the same frames does no harm, the idle connection's tests show.
    @ParameterizedTest
    @ValueSource(ints = {Http2Frames.PING, Http2Frames.SETTINGS, Http2Frames.PRIORITY, 0x77})
    void floodOfControlFramesEndsTheConnection(int type) throws IOException {
        byte[] payload = switch (type) {
            case Http2Frames.PING -> new byte[8];
            case Http2Frames.PRIORITY -> new byte[5];
            default -> new byte[0];
        };
        Http2Frames flood = new Http2Frames();
        for (int i = 0; i < 100; i++) {
            flood.frame(type, 0, type == Http2Frames.PRIORITY ? 2 * i + 1 : 0, payload);
        }
        try (RawConnection connection = connect()) {
            connection.send(Http2Frames.hello().get(1, "/slow").bytes());
            boolean closed = false;
            int sent = 0;
            for (; sent < 100 && !closed; sent++) {
                closed = connection.send(flood.bytes()).listen(1);
            }
            assertTrue(closed || connection.listen(PATIENCE_MILLIS), "not closed");
            assertTrue(sent < 100, "it could send all " + sent * 100 + " frames");
            assertEquals(List.of(11), of(connection, Http2Frames.GOAWAY).stream().map(frame -> ByteBuffer.wrap(frame.payload()).getInt(4)).toList());
        }
    }

    /// CVE-2019-9518.
    @Test
    void floodOfEmptyDataEndsTheConnection() throws IOException {
        try (RawConnection connection = connect()) {
            Http2Frames sent = Http2Frames.hello().frame(Http2Frames.HEADERS, Http2Frames.END_HEADERS, 1, Http2Frames.head("POST", "/quick"));
            for (int i = 0; i < 100; i++) {
                sent.frame(Http2Frames.DATA, 0, 1, new byte[0]);
            }
            assertTrue(connection.send(sent.bytes()).listen(PATIENCE_MILLIS), "not closed");
            assertEquals(List.of(11), of(connection, Http2Frames.GOAWAY).stream().map(frame -> ByteBuffer.wrap(frame.payload()).getInt(4)).toList());
        }
    }

    /// CVE-2023-44487.
    @Test
    void rapidResetsEndTheConnection() throws IOException {
        HANDLED.set(0);
        try (RawConnection connection = connect()) {
            connection.send(Http2Frames.hello().bytes());
            boolean closed = false;
            for (int i = 0; i < 100 && !closed; i++) {
                Http2Frames sent = new Http2Frames();
                for (int j = 0; j < 100; j++) {
                    int stream = 2 * (100 * i + j) + 1;
                    sent.get(stream, "/slow").reset(stream);
                }
                closed = connection.send(sent.bytes()).listen(1);
            }
            assertTrue(closed || connection.listen(PATIENCE_MILLIS), "not closed");
            assertFalse(of(connection, Http2Frames.GOAWAY).isEmpty(), "no farewell");
            assertTrue(HANDLED.get() < 1_000, HANDLED + " requests were handled");
        }
    }

    @Test
    void longHeadIsRefused() throws IOException {
        try (RawConnection connection = connect()) {
            Http2Frames sent = Http2Frames.hello().frame(Http2Frames.HEADERS, Http2Frames.END_STREAM, 1, Http2Frames.head("GET", "/quick"));
            for (int i = 0; i < 4; i++) {
                sent.frame(Http2Frames.CONTINUATION, 0, 1, Http2Frames.literal("a" + i, "x".repeat(16_000)));
            }
            sent.frame(Http2Frames.CONTINUATION, Http2Frames.END_HEADERS, 1, Http2Frames.literal("last", "x".repeat(3_000)));
            HANDLED.set(0);
            connection.send(sent.bytes()).listen(PATIENCE_MILLIS);
            assertEquals(0, HANDLED.get());
            assertEquals(1, answers(connection).size());
            assertTrue(connection.received().contains("431"), connection.received());
        }
    }

    @Test
    void headOfManyHeadersIsRead() throws IOException {
        try (RawConnection connection = connect()) {
            Http2Frames sent = Http2Frames.hello().frame(Http2Frames.HEADERS, Http2Frames.END_STREAM, 1, Http2Frames.head("GET", "/quick"));
            sent.frame(Http2Frames.CONTINUATION, 0, 1, Http2Frames.literal("a", "x".repeat(15_000)));
            sent.frame(Http2Frames.CONTINUATION, Http2Frames.END_HEADERS, 1, Http2Frames.literal("b", "x".repeat(15_000)));
            connection.send(sent.bytes()).listen(PATIENCE_MILLIS);
            assertEquals(1, answers(connection).size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15_000})
    void endlessHeadEndsTheConnection(int size) throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(Http2Frames.hello().frame(Http2Frames.HEADERS, Http2Frames.END_STREAM, 1, Http2Frames.head("GET", "/quick")).bytes());
            byte[] more = new Http2Frames().frame(Http2Frames.CONTINUATION, 0, 1, size == 0 ? new byte[0] : size == 1 ? new byte[] {(byte) 0x82} : Http2Frames.literal("a", "x".repeat(size))).bytes();
            boolean closed = false;
            for (int i = 0; i < 100 && !closed; i++) {
                closed = connection.send(more).listen(1);
            }
            assertTrue(closed, "not closed");
            assertFalse(of(connection, Http2Frames.GOAWAY).isEmpty(), "no farewell");
        }
    }

    @Test
    void invitedToConnectAnewTheClientHasItsAnswersFirst() throws IOException {
        try (RawConnection connection = RawConnection.tls(inviting.port(), null, "h2")) {
            assertTrue(connection.send(Http2Frames.hello().get(1, "/slow").get(3, "/quick").bytes()).listen(PATIENCE_MILLIS), "not closed");
            assertEquals(2, answers(connection).size());
            Frame farewell = of(connection, Http2Frames.GOAWAY).getFirst();
            assertEquals(Integer.MAX_VALUE, ByteBuffer.wrap(farewell.payload()).getInt());
            assertEquals(0, ByteBuffer.wrap(farewell.payload()).getInt(4));
        }
    }
}
