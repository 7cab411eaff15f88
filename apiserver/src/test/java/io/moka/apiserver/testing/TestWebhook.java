package io.moka.apiserver.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.moka.apiserver.core.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// An HTTPS server on a free port of the loopback, with a certificate of the tests' authority for the names it is given.
public final class TestWebhook implements AutoCloseable {
    private final HttpsServer server;

    /// Answers one request.
    public interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private TestWebhook(Handler handler, String... names) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new AskingForCertificates(TestPki.shared().serverContext(names)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.start();
    }

    /// Clients may show a certificate.
    private static final class AskingForCertificates extends HttpsConfigurator {
        AskingForCertificates(SSLContext context) {
            super(context);
        }

        @Override
        public void configure(HttpsParameters parameters) {
            SSLParameters tls = getSSLContext().getDefaultSSLParameters();
            tls.setWantClientAuth(true);
            parameters.setSSLParameters(tls);
        }
    }

    public static TestWebhook start(Handler handler, String... names) {
        return new TestWebhook(handler, names);
    }

    /// A webhook that is sent a review and answers with another.
    public static TestWebhook reviews(UnaryOperator<ObjectNode> answer, String... names) {
        return start(exchange -> answer(exchange, 200, answer.apply((ObjectNode) Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes()))), names);
    }

    public static void answer(HttpExchange exchange, int code, ObjectNode body) throws IOException {
        byte[] bytes = Json.write(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// The authority's certificate as `caBundle` fields have it.
    public static String caBundle() {
        return Base64.getEncoder().encodeToString(TestPki.shared().authorityPem());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
