package io.moka.machinery.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.client.Timeouts;
import io.moka.machinery.pki.CertificateAuthority;
import io.moka.machinery.pki.CertificateRequest;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// An HTTPS server whose answers a test scripts, and clients that trust it.
public final class ScriptedServer implements AutoCloseable {

    /// A request that the server received.
    public record Request(String method, String path, Map<String, String> query, Map<String, List<String>> headers, String body) {

        public boolean isWatch() {
            return "true".equals(query.get("watch"));
        }
    }

    /// Answers the requests; a test implements it.
    public interface Script {
        void answer(Request request, Reply reply) throws Exception;
    }

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("scripted", InstantSource.system());
    private static final TlsIdentity SERVER = AUTHORITY.issue(CertificateRequest.server("localhost", List.of("localhost", "127.0.0.1")));

    private final HttpsServer server;
    private final Script script;
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    public ScriptedServer(Script script) throws IOException {
        this.script = script;
        this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setHttpsConfigurator(new HttpsConfigurator(SERVER.serverContext(AUTHORITY.certificatePem())));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = new Request(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), query(exchange),
                    Map.copyOf(exchange.getRequestHeaders()), new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            requests.add(request);
            script.answer(request, new Reply(exchange));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        var query = new TreeMap<String, String>();
        var raw = exchange.getRequestURI().getRawQuery();
        if (raw != null) {
            for (var pair : raw.split("&")) {
                int equals = pair.indexOf('=');
                query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    public List<Request> requests() {
        return requests;
    }

    public long watches() {
        return requests.stream().filter(Request::isWatch).count();
    }

    public long lists() {
        return requests.stream().filter(request -> request.method().equals("GET") && !request.isWatch()).count();
    }

    public ApiClient client() throws IOException {
        return client((String) null);
    }

    public ApiClient client(Timeouts timeouts) throws IOException {
        return client(timeouts, port());
    }

    /// A client that goes through another port.
    public ApiClient client(Timeouts timeouts, int port) throws IOException {
        return client(null, timeouts, port);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public ApiClient client(@Nullable String token) throws IOException {
        return client(token, Timeouts.STANDARD, port());
    }

    private ApiClient client(@Nullable String token, Timeouts timeouts, int port) throws IOException {
        var url = "https://127.0.0.1:" + port;
        return new ApiClient(new ClientConfig(url, "default", TlsIdentity.clientContext(AUTHORITY.certificatePem(), null),
                token == null ? null : () -> token, "test"), timeouts);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /// Sends the answer to one request.
    public static final class Reply {

        private final HttpExchange exchange;
        private @Nullable OutputStream stream;

        private Reply(HttpExchange exchange) {
            this.exchange = exchange;
        }

        public Reply header(String name, String value) {
            exchange.getResponseHeaders().set(name, value);
            return this;
        }

        public void json(int code, String body) throws IOException {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, bytes.length);
            exchange.getResponseBody().write(bytes);
        }

        public void status(int code, String reason, String message) throws IOException {
            json(code, """
                    {"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,"reason":"%s","message":"%s"}""".formatted(code, reason, message));
        }

        /// Sends a part of a continuing answer: an event of a watch.
        public Reply event(String type, String object) throws IOException {
            if (stream == null) {
                exchange.sendResponseHeaders(200, 0);
                stream = exchange.getResponseBody();
            }
            stream.write("{\"type\":\"%s\",\"object\":%s}\n".formatted(type, object).getBytes(StandardCharsets.UTF_8));
            stream.flush();
            return this;
        }

        /// Begins an answer to which nothing is added for now.
        public void begin() throws IOException {
            exchange.sendResponseHeaders(200, 0);
            stream = exchange.getResponseBody();
            stream.flush();
        }
    }
}
