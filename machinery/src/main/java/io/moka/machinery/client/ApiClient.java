package io.moka.machinery.client;

import com.fasterxml.jackson.databind.JavaType;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One process's connection to the apiserver. Safe for any number of threads.
public final class ApiClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(100);

    private final ClientConfig config;
    private final Timeouts timeouts;

    // guarded by this: what requests go through, and what was replaced and may still have open bodies
    private Connection current;
    private final List<HttpClient> retired = new ArrayList<>();
    private boolean closed;

    public ApiClient(ClientConfig config) {
        this(config, Timeouts.STANDARD);
    }

    public ApiClient(ClientConfig config, Timeouts timeouts) {
        this.config = config;
        this.timeouts = timeouts;
        this.current = connect();
    }

    private Connection connect() {
        return new Connection(HttpClient.newBuilder()
                .sslContext(config.sslContext())
                .sslParameters(TlsIdentity.clientParameters(config.sslContext()))
                .connectTimeout(CONNECT_TIMEOUT)
                .version(HttpClient.Version.HTTP_2)
                .executor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("api-client-", 0).factory()))
                .build());
    }

    private synchronized Connection current() {
        return current;
    }

    /// Drops a connection through which nothing was received while a caller waited: the next request opens another one. Requests that are still open on it
    /// continue to their own end.
    private synchronized void replaceIfSilent(Connection connection, Duration waited) {
        if (connection == current && !closed && connection.isSilentFor(waited)) {
            connection.http().shutdown();
            retired.removeIf(HttpClient::isTerminated);
            retired.add(connection.http());
            current = connect();
        }
    }

    public <T extends HasMetadata> Resources<T> resources(ResourceType<T> type) {
        return new Resources<>(this, type);
    }

    public <T extends HasMetadata> Resources<T> resources(Class<T> type) {
        return resources(ResourceType.of(type));
    }

    /// Sends a request and returns the body of a 2xx answer; for what the typed verbs do not cover.
    public byte[] send(String method, String path, Map<String, String> query, @Nullable String contentType, byte @Nullable [] body) {
        return send(method, path, query, contentType, body, timeouts.call());
    }

    private byte[] send(String method, String path, Map<String, String> query, @Nullable String contentType, byte @Nullable [] body, Duration limit) {
        var response = exchange(current(), request(method, path, query, contentType, body).build(), BodyHandlers.ofByteArray(), limit);
        if (response.statusCode() >= 300) {
            throw ApiException.of(response.statusCode(), response.headers(), response.body());
        }
        return response.body();
    }

    /// Sends a GET with these headers and returns its body as it arrives; the caller closes it. No time-out: for logs.
    public InputStream open(String path, Map<String, String> query, Map<String, String> headers) {
        return open(current(), path, query, headers, null);
    }

    private InputStream open(Connection connection, String path, Map<String, String> query, Map<String, String> headers, @Nullable Duration limit) {
        var request = request("GET", path, query, null, null);
        headers.forEach(request::setHeader);
        var response = exchange(connection, request.build(), BodyHandlers.ofInputStream(), limit);
        if (response.statusCode() >= 300) {
            throw refused(response, connection);
        }
        return response.body();
    }

    /// Opens a WebSocket, as exec and attach use it; the server chooses among the subprotocols.
    ///
    /// @throws ApiException when the server refuses the upgrade
    /// @throws UncheckedIOException when the server cannot be reached, or has not answered the upgrade after 10 s
    public WebSocket openWebSocket(String path, String query, List<String> subprotocols, WebSocket.Listener listener) {
        var builder = current().http().newWebSocketBuilder().connectTimeout(CONNECT_TIMEOUT)
                .subprotocols(subprotocols.getFirst(), subprotocols.subList(1, subprotocols.size()).toArray(String[]::new));
        var token = config.token();
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        try {
            return builder.buildAsync(URI.create(config.server().replaceFirst("^http", "ws") + path + query), listener).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw refusedUpgrade(path, query, refused);
            }
            throw new UncheckedIOException(new IOException(path + ": " + e.getCause().getMessage(), e.getCause()));
        }
    }

    /// The refusal's body is not given to a WebSocket client; the same request in plain HTTP is refused with the same words.
    private RuntimeException refusedUpgrade(String path, String query, WebSocketHandshakeException refused) {
        var request = HttpRequest.newBuilder(URI.create(config.server() + path + query)).build();
        var answer = exchange(current(), request, BodyHandlers.ofByteArray(), timeouts.call());
        int code = refused.getResponse().statusCode();
        return ApiException.of(code, answer.headers(), answer.statusCode() == code ? answer.body() : new byte[0]);
    }

    /// @param limit null for the client's own
    <R> R call(String method, String path, Map<String, String> query, @Nullable String contentType, byte @Nullable [] body, JavaType answer, @Nullable Duration limit) {
        try {
            return Json.mapper().readValue(send(method, path, query, contentType, body, limit == null ? timeouts.call() : limit), answer);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    <R> R list(String path, Map<String, String> query, JavaType answer, String accept) {
        var connection = current();
        var limit = timeouts.list();
        try (var body = LimitedBody.within(limit, open(connection, path, query, Map.of("Accept", accept), limit), connection,
                () -> replaceIfSilent(connection, limit))) {
            return Json.mapper().readValue(body, answer);
        } catch (IOException e) {
            throw new UncheckedIOException("list " + path + ": " + e.getMessage(), e);
        }
    }

    <T extends HasMetadata> Watch<T> openWatch(String path, Map<String, String> query, Class<T> type, String accept) {
        var connection = current();
        var limit = timeouts.silence();
        var body = LimitedBody.neverSilentFor(limit, open(connection, path, query, Map.of("Accept", accept), timeouts.call()), connection,
                () -> replaceIfSilent(connection, limit));
        return new Watch<>(body, type);
    }

    private ApiException refused(HttpResponse<InputStream> response, Connection connection) {
        try (var body = LimitedBody.within(timeouts.call(), response.body(), connection, () -> { })) {
            return ApiException.of(response.statusCode(), response.headers(), body.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder request(String method, String path, Map<String, String> query, @Nullable String contentType, byte @Nullable [] body) {
        var request = HttpRequest.newBuilder(uri(path, query))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .setHeader("Accept", "application/json")
                .setHeader("User-Agent", config.userAgent());
        if (contentType != null) {
            request.setHeader("Content-Type", contentType);
        }
        var token = config.token();
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        return request;
    }

    private URI uri(String path, Map<String, String> query) {
        var suffix = query.isEmpty() ? "" : query.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
        return URI.create(config.server() + path + suffix);
    }

    private <B> HttpResponse<B> exchange(Connection connection, HttpRequest request, HttpResponse.BodyHandler<B> handler, @Nullable Duration limit) {
        try {
            return connection.send(request, handler, limit);
        } catch (IOException e) {
            if (e instanceof HttpTimeoutException && limit != null) {
                replaceIfSilent(connection, limit);
            }
            throw new UncheckedIOException(request.method() + " " + request.uri() + ": " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()), e);
        }
    }

    /// Ends every call and watch that is under way, and the threads that serve them.
    @Override
    public void close() {
        var connections = new ArrayList<HttpClient>();
        synchronized (this) {
            closed = true;
            connections.addAll(retired);
            connections.add(current.http());
        }
        connections.forEach(HttpClient::shutdownNow);
        try {
            current().http().awaitTermination(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
