package io.moka.machinery.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Health and metrics of a process that serves nothing else, over TLS.
public final class HealthServer implements AutoCloseable {

    private final HttpsServer server;
    private final Map<String, BooleanSupplier> readiness = new ConcurrentSkipListMap<>();

    private HealthServer(HttpsServer server) {
        this.server = server;
    }

    /// @param clientAuthority whose client certificates may read the metrics
    public static HealthServer start(InetSocketAddress address, Path certificate, Path key, Path clientAuthority) throws IOException {
        var context = TlsIdentity.read(certificate, key).serverContext(Files.readAllBytes(clientAuthority));
        var https = HttpsServer.create(address, 16);
        https.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                var tls = getSSLContext().getDefaultSSLParameters();
                tls.setWantClientAuth(true);
                parameters.setSSLParameters(tls);
            }
        });
        https.setExecutor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("health-", 0).factory()));
        var health = new HealthServer(https);
        https.createContext("/", health::answer);
        https.start();
        return health;
    }

    /// Adds a condition without which `/readyz` fails.
    public void addReadiness(String name, BooleanSupplier check) {
        readiness.put(name, check);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/healthz", "/livez" -> reply(exchange, 200, "ok");
                case "/readyz" -> ready(exchange);
                case "/metrics" -> metrics(exchange);
                default -> reply(exchange, 404, "404 page not found");
            }
        }
    }

    private void ready(HttpExchange exchange) throws IOException {
        var failed = readiness.entrySet().stream().filter(check -> !check.getValue().getAsBoolean()).map(Map.Entry::getKey).toList();
        if (failed.isEmpty()) {
            reply(exchange, 200, "ok");
        } else {
            reply(exchange, 500, "not ready: " + String.join(", ", failed));
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        if (showsCertificate(exchange)) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            reply(exchange, 200, Metrics.scrape());
        } else {
            reply(exchange, 401, "Unauthorized");
        }
    }

    private static boolean showsCertificate(HttpExchange exchange) {
        try {
            return exchange instanceof HttpsExchange https && https.getSSLSession().getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    private static void reply(HttpExchange exchange, int code, String text) throws IOException {
        var body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
