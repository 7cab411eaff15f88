package io.moka.apiserver.front.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.moka.apiserver.testing.RawConnection;
import io.moka.apiserver.testing.TestPki;
import io.moka.apiserver.testing.TestServer;
import io.moka.machinery.pki.TlsIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Malformed requests, byte by byte. The server answers with a client error or closes the connection, and keeps no state of it.
/// `-Dmoka.fuzz.connections` and `-Dmoka.fuzz.seed` choose other runs of the random part.
final class RawHttpTest {
    private static final int CONNECTIONS = Integer.getInteger("moka.fuzz.connections", 160);
    private static final long SEED = Long.getLong("moka.fuzz.seed", 20_261_124L);
    private static final int WORKERS = 8;
    private static final int PATIENCE_MILLIS = 15_000;
    private static final String MAPS = "/api/v1/namespaces/raw/configmaps";
    private static final String HOST = "Host: x\r\n";
    private static final String END = "Connection: close\r\n\r\n";
    private static final String VERSION = "GET /version HTTP/1.1\r\n" + HOST;
    private static final String POST = "POST " + MAPS + " HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";
    /// A request whose body is announced and does not come.
    private static final String BEGUN = "POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 3000000\r\n\r\n{";
    private static final String BODY = "{\"metadata\":{\"generateName\":\"x\"}}";

    private static TestServer server;
    private static TlsIdentity admin;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.namespace("raw");
        admin = TestPki.shared().client("admin", "system:masters");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    /// @param codes the expected codes of the answers; if empty, the connection may be closed without an answer, or after a 400
    record Case(String name, String sent, List<Integer> codes) {
        Case(String name, String sent, Integer... codes) {
            this(name, sent, List.of(codes));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("a good one", VERSION + END, 200),
                new Case("three in a row", VERSION + "\r\n" + VERSION + "\r\n" + VERSION + END, 200, 200, 200),
                new Case("two writes in a row", POST + "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY + POST + "Content-Length: " + BODY.length() + "\r\n" + END + BODY, 201, 201),
                new Case("no version", "GET /version\r\n\r\n", 400),
                new Case("an unknown protocol", "GET /version XTTP/1.1\r\n" + HOST + END, 400),
                new Case("words", "hello world how are you\r\n\r\n", 400),
                new Case("bytes", "\u0000\u0001\u0002\u00ff\u00fe\r\n\r\n", 400),
                new Case("a long line", "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n" + HOST + END, 414),
                new Case("a long header", VERSION + "X-A: " + "x".repeat(70_000) + "\r\n" + END, 431),
                new Case("many headers", VERSION + "X-A: bbbbbbbbbbbbbbbbbbbbb\r\n".repeat(4_000) + END, 431),
                new Case("a space in a header's name", VERSION + "X A: b\r\n" + END, 400),
                new Case("a header without a colon", VERSION + "XA\r\n" + END, 400),
                new Case("a bad escape in the path", "GET /api/v1/%zz HTTP/1.1\r\n" + HOST + END, 400),
                new Case("a bad escape in the query", "GET " + MAPS + "?a=%z HTTP/1.1\r\n" + HOST + END, 400),
                new Case("a bad escape and a body", "POST " + MAPS + "?a=%z HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n" + END + "{}", 400),
                new Case("a bad escape and too large a body", "POST " + MAPS + "?a=%z HTTP/1.1\r\n" + HOST + "Content-Length: 3200000\r\n" + END + "x".repeat(3_200_000), 400),
                new Case("no path", "GET  HTTP/1.1\r\n" + HOST + END, 400),
                new Case("a length that is no number", POST + "Content-Length: x\r\n" + END + BODY, 400),
                new Case("a negative length", POST + "Content-Length: -5\r\n" + END + BODY, 400),
                new Case("two lengths", POST + "Content-Length: 5\r\nContent-Length: 6\r\n" + END + BODY, 400),
                new Case("length and chunks", POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + END + "0\r\n\r\n", 400),
                new Case("a chunk of no number", POST + "Transfer-Encoding: chunked\r\n" + END + "zz\r\n" + BODY + "\r\n0\r\n\r\n"),
                new Case("a huge chunk", POST + "Transfer-Encoding: chunked\r\n" + END + "ffffffffffffffff\r\n" + BODY),
                new Case("an unknown encoding", POST + "Transfer-Encoding: gzip\r\n" + END + BODY, 400),
                new Case("an upgrade to nonsense", VERSION + "Upgrade: nonsense\r\nConnection: upgrade\r\n\r\n" + VERSION + END, 200, 200),
                new Case("a write that would be upgraded", POST + "Upgrade: h2c\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY + VERSION + END, 201, 200),
                new Case("an update that would be upgraded", "PUT " + MAPS + "/none HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}" + VERSION + END, 400, 200),
                new Case("a read with a body that would be upgraded", VERSION + "Upgrade: h2c\r\nContent-Length: 2\r\n\r\n{}" + VERSION + END, 200, 200),
                new Case("a WebSocket without a key", "GET " + MAPS + "?watch=1 HTTP/1.1\r\n" + HOST + "Origin: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n" + VERSION + END, 400, 200),
                new Case("a WebSocket of another version", "GET " + MAPS + "?watch=1 HTTP/1.1\r\n" + HOST + "Origin: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 99\r\n\r\n" + VERSION + END, 400, 200),
                new Case("HTTP/2 where HTTP/1.1 was agreed on", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 400),
                new Case("a tunnel", "CONNECT example.com:443 HTTP/1.1\r\n" + HOST + END, 405));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void connectionIsAnsweredAndClosed(Case wrong) throws IOException {
        try (RawConnection connection = RawConnection.tls(server.port(), admin)) {
            boolean closed = connection.send(wrong.sent()).listen(PATIENCE_MILLIS);
            assertTrue(closed, "neither answered nor closed: " + connection.received());
            boolean answered = !wrong.codes().isEmpty() || !connection.codes().isEmpty();
            assertEquals(answered && wrong.codes().isEmpty() ? List.of(400) : wrong.codes(), connection.codes(), connection.received());
        }
    }

    @Test
    void whatIsNoTlsIsClosed() throws IOException {
        for (String sent : List.of(VERSION + END, "\u0016\u0003\u0001\u0000\u0005hello", "\u0016\u0003\u0001\u00ff\u00ff" + "x".repeat(70_000), "\u0000".repeat(100))) {
            try (RawConnection connection = RawConnection.plain(server.port())) {
                assertTrue(connection.send(sent).listen(PATIENCE_MILLIS), "not closed after " + sent.substring(0, 5));
            }
        }
    }

    @Test
    void nonsenseInsteadOfHttp2IsClosed() throws IOException {
        String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        for (String sent : List.of(VERSION + END, preface + "x".repeat(100), preface + "\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000" + "\u00ff".repeat(1000),
                preface + "\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000" + "\u0000\u0000\u0004\u0001\u0005\u0000\u0000\u0000\u0001\u00ff\u00ff\u00ff\u00ff")) {
            try (RawConnection connection = RawConnection.tls(server.port(), admin, "h2")) {
                assertTrue(connection.send(sent).listen(PATIENCE_MILLIS), "not closed");
            }
        }
    }

    @Test
    @Timeout(900)
    void spoiledRequestsAreNotTheServersFaultAndLeaveNothingBehind() throws Exception {
        run(0, CONNECTIONS / 10);
        long descriptors = descriptors();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        List<String> complaints = new ArrayList<>();
        try (var executor = Executors.newFixedThreadPool(WORKERS)) {
            List<Callable<List<String>>> workers = new ArrayList<>();
            for (int worker = 1; worker <= WORKERS; worker++) {
                int number = worker;
                workers.add(() -> run(number, CONNECTIONS / WORKERS));
            }
            for (Future<List<String>> done : executor.invokeAll(workers)) {
                complaints.addAll(done.get());
            }
        }
        assertEquals(List.of(), complaints, () -> "seed " + SEED + ": " + String.join("\n", complaints));
        assertEquals(200, server.admin().get("/readyz").code());
        TestServer.await("all connections are closed: " + descriptors + " before", () -> descriptors() <= descriptors + 4);
        TestServer.await("no thread is left: " + threads + " before", () -> ManagementFactory.getThreadMXBean().getThreadCount() <= threads + 4);
    }

    private static long descriptors() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getOpenFileDescriptorCount();
    }

    /// Opens the connections one after the other: each sends its bytes, pauses, and then reads until the server closes it.
    private static List<String> run(int worker, int count) throws IOException {
        Random random = new Random(SEED + worker);
        List<String> complaints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] sent = spoiled(random);
            String protocol = random.nextInt(8) == 0 ? "h2" : "http/1.1";
            try (RawConnection connection = RawConnection.tls(server.port(), random.nextBoolean() ? admin : null, protocol)) {
                boolean closed = connection.send(sent).listen(100) || connection.finish().listen(PATIENCE_MILLIS);
                if (!closed || connection.codes().stream().anyMatch(code -> code >= 500)) {
                    complaints.add("connection " + i + " of worker " + worker + ", closed " + closed + " with " + connection.codes() + " after "
                            + new String(sent, ISO_8859_1) + ": " + connection.received());
                }
            }
        }
        return complaints;
    }

    private static byte[] spoiled(Random random) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        List<Case> good = cases().filter(one -> one.sent().length() < 1000).toList();
        for (int i = random.nextInt(3); i >= 0; i--) {
            byte[] one = good.get(random.nextInt(good.size())).sent().getBytes(ISO_8859_1);
            for (int j = random.nextInt(4); j > 0; j--) {
                one[random.nextInt(one.length)] = (byte) (random.nextBoolean() ? random.nextInt(256) : "\r\n :%/?0\t".charAt(random.nextInt(9)));
            }
            sent.writeBytes(random.nextInt(6) == 0 ? Arrays.copyOf(one, random.nextInt(one.length)) : one);
        }
        return sent.toByteArray();
    }

    /// A request is authenticated and authorised before its body is read, so a refusal does not wait for the body.
    @Test
    void whoMayNotIsAnsweredBeforeTheBodyIsThere() throws IOException {
        try (RawConnection connection = RawConnection.tls(server.port(), null)) {
            connection.send(BEGUN);
            awaitAnswer(connection, 403);
        }
    }

    /// The only seat is taken by a request whose body has begun. The next is refused before its body is there, so it was not read.
    @Test
    void requestWithoutASeatIsNotRead() throws Exception {
        try (TestServer small = TestServer.start("--enable-priority-and-fairness=false", "--max-mutating-requests-inflight=1")) {
            assertEquals(201, small.admin().post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "{\"metadata\":{\"name\":\"writer\"},"
                    + "\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"cluster-admin\"},"
                    + "\"subjects\":[{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"User\",\"name\":\"writer\"}]}").code());
            small.settle();
            TlsIdentity writer = TestPki.shared().client("writer");
            try (RawConnection seated = RawConnection.tls(small.port(), writer); RawConnection other = RawConnection.tls(small.port(), writer)) {
                seated.send(BEGUN);
                TestServer.await("a request is refused", () -> small.as(writer).post("/api/v1/namespaces/default/configmaps", BODY).code() == 429);
                other.send(BEGUN);
                awaitAnswer(other, 429);
                assertEquals(List.of(), seated.codes());
            }
        }
    }

    private static void awaitAnswer(RawConnection connection, int code) {
        TestServer.await("the answer comes", () -> {
            try {
                connection.listen(50);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
            return connection.codes().equals(List.of(code));
        });
    }
}
