package io.moka.machinery.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.TlsIdentity;
import io.moka.machinery.testing.Await;
import io.moka.machinery.time.VirtualTime;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

class HealthServerTest {

    @TempDir
    private Path folder;

    private CertificateAuthority authority;
    private HealthServer server;
    private final VirtualTime time = new VirtualTime();
    private final AtomicBoolean started = new AtomicBoolean(true);

    @BeforeEach
    void start() throws IOException {
        authority = CertificateAuthority.readOrCreate(folder.resolve("ca"), "test-ca", InstantSource.system());
        CertificateAuthority.write(authority.issue(CertificateRequest.server("localhost", List.of("127.0.0.1"))), folder.resolve("server"));
        server = HealthServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), started::get,
                folder.resolve("server.crt"), folder.resolve("server.key"), folder.resolve("ca.crt"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String path, TlsIdentity identity) throws IOException, InterruptedException {
        try (var http = HttpClient.newBuilder().sslContext(TlsIdentity.clientContext(authority.certificatePem(), identity)).build()) {
            return http.send(HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void anyoneMayAskForHealth() throws Exception {
        assertEquals("ok", get("/healthz", null).body());
        assertEquals("ok", get("/livez", null).body());
        assertEquals(404, get("/secrets", null).statusCode());
    }

    /// A process adds its conditions one after the other while it starts.
    @Test
    void processIsNotReadyBeforeItHasStarted() throws Exception {
        started.set(false);
        assertEquals("ok", get("/livez", null).body());
        assertEquals("500 not ready: start", get("/readyz", null).statusCode() + " " + get("/readyz", null).body());
        started.set(true);
        assertEquals(200, get("/readyz", null).statusCode());
    }

    @Test
    void readinessNamesWhatIsMissing() throws Exception {
        var synced = new AtomicBoolean();
        server.addReadiness("informers", synced::get);
        server.addReadiness("always", () -> true);
        assertEquals("500 not ready: informers", get("/readyz", null).statusCode() + " " + get("/readyz", null).body());
        synced.set(true);
        assertEquals(200, get("/readyz", null).statusCode());
    }

    /// Clients that fall silent after no byte, half a TLS record, the handshake or half a head, or that send a head a byte at a time.
    @Test
    void connectionsThatDoNotGetOnAreClosed() throws Exception {
        var silent = plain();
        var halfARecord = plain();
        halfARecord.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1});
        var handshake = encrypted();
        var halfAHead = encrypted();
        halfAHead.getOutputStream().write("GET /healthz HT".getBytes(StandardCharsets.US_ASCII));
        var dripping = encrypted();
        dripping.setSoTimeout(500);
        dripping.getOutputStream().write("GET /healthz HTTP/1.1\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
        try (dripping) {
            assertTrue(isClosedWhileItDrips(dripping), "a head that never ends keeps its connection");
        }
        for (var socket : List.of(silent, halfARecord, handshake, halfAHead)) {
            try (socket) {
                assertTrue(isClosedByServer(socket), "still open");
            }
        }
        assertEquals("ok", get("/healthz", null).body());
    }

    @Test
    void aPortThatIsInUseIsOpenedOnceItIsFree() throws Exception {
        server.close();
        try (var holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), holder.getLocalPort());
            assertThrows(BindException.class, () -> HealthServer.start(address, started::get, folder.resolve("server.crt"), folder.resolve("server.key")));
            server = HealthServer.startOnceFree(address, started::get, time, folder.resolve("server.crt"), folder.resolve("server.key"));
            time.passOnceAsleep(1, Duration.ofSeconds(1));
            time.awaitAsleep(1);
            assertFalse(server.isOpen());
        }
        time.passOnceAsleep(1, Duration.ofSeconds(1));
        Await.until("the server is open", () -> server.isOpen());
        assertEquals("ok", get("/healthz", null).body());
    }

    @Test
    void aServerThatWaitsForItsPortCanBeClosed() throws Exception {
        server.close();
        try (var holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server = HealthServer.startOnceFree(new InetSocketAddress(InetAddress.getLoopbackAddress(), holder.getLocalPort()), started::get, time,
                    folder.resolve("server.crt"), folder.resolve("server.key"));
            server.close();
            Await.until("nobody waits for the port", () -> !server.waits());
        }
    }

    @Test
    void connectionsAreBounded() throws Exception {
        var open = new ArrayList<Socket>();
        try {
            for (int i = 0; i < HttpServerLimits.MAX_CONNECTIONS; i++) {
                open.add(plain());
            }
            try (var further = plain()) {
                assertTrue(isClosedByServer(further), "one more connection than there may be stays open");
            }
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }

    private Socket plain() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(40_000);
        return socket;
    }

    private Socket encrypted() throws IOException {
        var socket = (SSLSocket) TlsIdentity.clientContext(authority.certificatePem(), null).getSocketFactory().createSocket(plain(), "localhost", server.port(), true);
        socket.startHandshake();
        return socket;
    }

    /// Sends a byte each half second, for 40 s at most.
    private static boolean isClosedWhileItDrips(Socket socket) throws IOException {
        for (int i = 0; i < 80; i++) {
            try {
                socket.getOutputStream().write('x');
            } catch (SocketException | SSLException reset) {
                return true;
            }
            if (isClosedByServer(socket)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isClosedByServer(Socket socket) throws IOException {
        try {
            var in = socket.getInputStream();
            var rest = new byte[1024];
            while (in.read(rest) >= 0) {
                // an alert or an answer before the end
            }
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException | SSLException reset) {
            return true;
        }
    }

    @Test
    void metricsAreForHoldersOfACertificate() throws Exception {
        Metrics.registry().counter("moka.test.counter").increment();
        assertEquals(401, get("/metrics", null).statusCode());
        var answer = get("/metrics", authority.issue(CertificateRequest.client("prometheus")));
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().contains("moka_test_counter_total 1.0"), answer.body());
    }

    @Command(name = "probe")
    private static final class Probe extends ComponentProcess {

        private final List<String> closed = new CopyOnWriteArrayList<>();
        private final CountDownLatch fails;

        private Probe(boolean fails) {
            this.fails = fails ? new CountDownLatch(1) : null;
        }

        @Override
        protected void start() {
            closeAtEnd(() -> closed.add("first"));
            closeAtEnd(() -> {
                throw new IllegalStateException("this one does not close");
            });
            closeAtEnd(() -> closed.add("last"));
            if (fails != null) {
                throw new IllegalStateException("cannot start");
            }
            stop();
        }
    }

    @Test
    void aComponentClosesWhatItOpenedLastFirst() {
        var probe = new Probe(false);
        assertEquals(0, ComponentProcess.run(probe));
        assertEquals(List.of("last", "first"), probe.closed);
    }

    @Test
    void aComponentThatCannotStartClosesAndSaysOne() {
        var probe = new Probe(true);
        assertEquals(1, ComponentProcess.run(probe));
        assertEquals(List.of("last", "first"), probe.closed);
        assertEquals(2, ComponentProcess.run(new Probe(false), "--nonsense"));
    }
}
