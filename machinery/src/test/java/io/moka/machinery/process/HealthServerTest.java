package io.moka.machinery.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
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

    @BeforeEach
    void start() throws IOException {
        authority = CertificateAuthority.readOrCreate(folder.resolve("ca"), "test-ca", InstantSource.system());
        CertificateAuthority.write(authority.issue(CertificateRequest.server("localhost", List.of("127.0.0.1"))), folder.resolve("server"));
        server = HealthServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
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

    @Test
    void readinessNamesWhatIsMissing() throws Exception {
        var synced = new AtomicBoolean();
        server.addReadiness("informers", synced::get);
        server.addReadiness("always", () -> true);
        assertEquals("500 not ready: informers", get("/readyz", null).statusCode() + " " + get("/readyz", null).body());
        synced.set(true);
        assertEquals(200, get("/readyz", null).statusCode());
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
