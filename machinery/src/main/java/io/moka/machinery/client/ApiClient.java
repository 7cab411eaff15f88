package io.moka.machinery.client;

import com.fasterxml.jackson.databind.JavaType;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

    private final ClientConfig config;
    private final HttpClient http;

    public ApiClient(ClientConfig config) {
        this.config = config;
        this.http = HttpClient.newBuilder()
                .sslContext(config.sslContext())
                .sslParameters(TlsIdentity.clientParameters(config.sslContext()))
                .connectTimeout(CONNECT_TIMEOUT)
                .version(HttpClient.Version.HTTP_2)
                .executor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("api-client-", 0).factory()))
                .build();
    }

    public ClientConfig config() {
        return config;
    }

    public <T extends HasMetadata> Resources<T> resources(ResourceType<T> type) {
        return new Resources<>(this, type);
    }

    public <T extends HasMetadata> Resources<T> resources(Class<T> type) {
        return resources(ResourceType.of(type));
    }

    /// Sends a request and returns the body of a 2xx answer; for what the typed verbs do not cover.
    public byte[] send(String method, String path, Map<String, String> query, @Nullable String contentType, byte @Nullable [] body) {
        var response = exchange(request(method, path, query, contentType, body).timeout(CALL_TIMEOUT).build(), BodyHandlers.ofByteArray());
        if (response.statusCode() >= 300) {
            throw ApiException.of(response.statusCode(), response.body());
        }
        return response.body();
    }

    /// Sends a GET with these headers and returns its body as it arrives; the caller closes it. No time-out: for logs.
    public InputStream open(String path, Map<String, String> query, Map<String, String> headers) {
        var request = request("GET", path, query, null, null);
        headers.forEach(request::setHeader);
        var response = exchange(request.build(), BodyHandlers.ofInputStream());
        if (response.statusCode() >= 300) {
            throw refused(response);
        }
        return response.body();
    }

    /// Opens a WebSocket, as exec and attach use it; the server chooses among the subprotocols.
    ///
    /// @throws ApiException when the server refuses the upgrade
    public WebSocket openWebSocket(String path, String query, List<String> subprotocols, WebSocket.Listener listener) {
        var builder = http.newWebSocketBuilder().connectTimeout(CONNECT_TIMEOUT)
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
        var request = HttpRequest.newBuilder(URI.create(config.server() + path + query)).timeout(CALL_TIMEOUT).build();
        var answer = exchange(request, BodyHandlers.ofByteArray());
        int code = refused.getResponse().statusCode();
        return ApiException.of(code, answer.statusCode() == code ? answer.body() : new byte[0]);
    }

    <R> R call(String method, String path, Map<String, String> query, @Nullable String contentType, byte @Nullable [] body, JavaType answer) {
        try {
            return Json.mapper().readValue(send(method, path, query, contentType, body), answer);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    <R> R list(String path, Map<String, String> query, JavaType answer, String accept) {
        try (var body = open(path, query, Map.of("Accept", accept))) {
            return Json.mapper().readValue(body, answer);
        } catch (IOException e) {
            throw new UncheckedIOException("list " + path, e);
        }
    }

    <T extends HasMetadata> Watch<T> openWatch(String path, Map<String, String> query, Class<T> type, String accept) {
        try {
            return new Watch<>(open(path, query, Map.of("Accept", accept)), type);
        } catch (IOException e) {
            throw new UncheckedIOException("watch " + path, e);
        }
    }

    private static ApiException refused(HttpResponse<InputStream> response) {
        try (var body = response.body()) {
            return ApiException.of(response.statusCode(), body.readAllBytes());
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

    private <B> HttpResponse<B> exchange(HttpRequest request, HttpResponse.BodyHandler<B> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri() + ": " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted"));
        }
    }

    /// Ends every call and watch that is under way, and the threads that serve them.
    @Override
    public void close() {
        http.shutdownNow();
        try {
            http.awaitTermination(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
