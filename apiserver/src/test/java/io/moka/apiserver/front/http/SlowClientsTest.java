package io.moka.apiserver.front.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.testing.RawConnection;
import io.moka.apiserver.testing.TestPki;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients who open connections and do not get on.
final class SlowClientsTest {
    private static final ClientTimeouts LITTLE = new ClientTimeouts(Duration.ofMillis(400), Duration.ofMillis(400), Duration.ofMillis(400));
    private static final int LONG_MILLIS = 1_500;
    private static final int PATIENCE_MILLIS = 15_000;
    private static final String GET = "GET /quick HTTP/1.1\r\nHost: x\r\n\r\n";

    private static Vertx vertx;
    private static HttpFrontend frontend;

    @BeforeAll
    static void start() {
        TestPki pki = TestPki.shared();
        vertx = Vertx.vertx();
        frontend = HttpFrontend.listen(vertx, new FrontendOptions("127.0.0.1", 0, pki.file("apiserver.crt"), pki.file("apiserver.key"), LITTLE, FrontendOptions.USUAL_STREAMS, 0), 2, SlowClientsTest::answer);
    }

    @AfterAll
    static void stop() throws Exception {
        frontend.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /// At once, or long after a client's time would be over.
    private static void answer(Exchange exchange) {
        exchange.body();
        if (exchange.info().path().equals("/tunnel")) {
            exchange.eventLoop().execute(() -> exchange.request().toNetSocket().onSuccess(socket -> vertx.setTimer(LONG_MILLIS, late -> socket.write("late"))));
        } else if (exchange.info().path().equals("/slow")) {
            vertx.setTimer(LONG_MILLIS, late -> exchange.answer(200, "text/plain", new byte[0]));
        } else {
            exchange.answer(200, "text/plain", new byte[0]);
        }
    }

    private static RawConnection connect() throws IOException {
        return RawConnection.tls(frontend.port(), null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /quick HT", "GET /quick HTTP/1.1\r\nX-A: b\r\n", GET, GET + "GET /qui",
            "POST /quick HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345", GET + "POST /quick HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"})
    void connectionOnWhichNothingGetsOnIsClosed(String sent) throws IOException {
        try (RawConnection connection = connect()) {
            assertTrue(connection.send(sent).listen(PATIENCE_MILLIS), "not closed");
            assertEquals(sent.startsWith(GET) ? List.of(200) : List.of(), connection.codes());
        }
    }

    @Test
    void byteAtATimeDoesNotHelp() throws IOException {
        try (RawConnection connection = connect()) {
            boolean closed = false;
            for (int i = 0; i < 100 && !closed; i++) {
                closed = connection.send("x").listen(50);
            }
            assertTrue(closed, "not closed");
        }
    }

    @Test
    void answerMayTakeAsLongAsItLikes() throws IOException {
        try (RawConnection connection = connect()) {
            assertFalse(connection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").listen(2 * (int) LITTLE.idle().toMillis()), "closed early");
            assertTrue(connection.listen(PATIENCE_MILLIS), "not closed");
            assertEquals(List.of(200), connection.codes());
        }
    }

    @Test
    void whatFollowsAnUpgradeMayTakeAsLongAsItLikes() throws IOException {
        try (RawConnection connection = connect()) {
            assertFalse(connection.send("GET /tunnel HTTP/1.1\r\nHost: x\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n").listen(2 * LONG_MILLIS), "closed");
            assertEquals(List.of(101), connection.codes());
            assertTrue(connection.received().endsWith("late"), connection.received());
        }
    }
}
