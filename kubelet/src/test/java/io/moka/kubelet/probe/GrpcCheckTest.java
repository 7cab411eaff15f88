package io.moka.kubelet.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.GRPCActionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcCheckTest {

    private Vertx vertx;
    private HttpServer server;

    @BeforeEach
    void serve() throws Exception {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        server = vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /// The service's name says what its health is: a serving status, or a status of gRPC's own behind `error-`.
    private static void answer(HttpServerRequest request, Buffer body) {
        assertEquals("/grpc.health.v1.Health/Check", request.path());
        var service = body.length() > 7 ? body.getString(7, body.length()) : "1";
        var response = request.response().putHeader("content-type", "application/grpc");
        if (service.startsWith("error-")) {
            response.putHeader("grpc-status", service.substring(6)).putHeader("grpc-message", "no").end();
            return;
        }
        int status = Integer.parseInt(service);
        response.putTrailer("grpc-status", "0");
        response.end(Buffer.buffer(status == 0 ? new byte[5] : new byte[] {0, 0, 0, 0, 2, 8, (byte) status}));
    }

    private ProbeResult ask(int port, String service) {
        return ask(port, service, null, 2);
    }

    private ProbeResult ask(int port, String service, String mode, int timeoutSeconds) {
        var subject = new Subject(new Pod(), new ContainerBuilder().withName("main").build(), "id", "127.0.0.1", Instant.now());
        var probe = new ProbeBuilder().withGrpc(new GRPCActionBuilder().withPort(port).withService(service).withMode(mode).build()).withTimeoutSeconds(timeoutSeconds).build();
        return new Prober(new FakeRuntime()).ask(subject, probe);
    }

    @ParameterizedTest
    @CsvSource({", ", "1, ", "2, 'service unhealthy (responded with \"NOT_SERVING\")'", "0, 'service unhealthy (responded with \"UNKNOWN\")'",
        "error-12, 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): no'",
        "error-5, 'error: health rpc probe failed: rpc error: code = 5 desc = no'"})
    void healthDecides(String service, String problem) {
        assertEquals(problem == null ? new ProbeResult.Success() : new ProbeResult.Failure(problem), ask(server.actualPort(), service));
    }

    @Test
    void modeTlsIsSpokenWhateverTheCertificate(@TempDir Path folder) throws Exception {
        var authority = CertificateAuthority.create("test", InstantSource.system());
        CertificateAuthority.write(authority.issue(CertificateRequest.server("somebody", List.of("192.0.2.1"))), folder.resolve("server"));
        var secured = vertx.createHttpServer(new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(new PemKeyCertOptions()
                .setCertPath(folder.resolve("server.crt").toString()).setKeyPath(folder.resolve("server.key").toString())))
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);

        assertEquals(new ProbeResult.Success(), ask(secured.actualPort(), "1", "TLS", 10));
        assertTrue(ask(secured.actualPort(), "1") instanceof ProbeResult.Failure, "it is not spoken unasked");
    }

    @Test
    void portThatNobodyListensOnIsAFailure() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var result = (ProbeResult.Failure) ask(port, "");
        assertTrue(result.message().endsWith("connection refused"), result.message());
    }

    @Test
    void serverThatSaysNothingIsLate() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var result = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> ask(silent.getLocalPort(), ""));
            assertEquals(new ProbeResult.Failure("timeout: health rpc did not complete within 2s"), result);
        }
    }
}
