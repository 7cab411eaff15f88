package io.moka.bench;

import io.moka.machinery.client.ClientConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;

/// A client that costs as little as it can, for the machine's cores are the server's too: it sends bytes that are ready, and reads
/// answers without parsing them. By HTTP/1.1 it keeps a connection for each call under way, by HTTP/2 one for all.
final class RawClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final String server;
    private final HttpClient http;

    RawClient(ClientConfig config, HttpClient.Version version) {
        server = config.server();
        http = HttpClient.newBuilder().sslContext(config.sslContext()).version(version)
                .executor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("raw-client-", 0).factory())).build();
    }

    byte[] get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    byte[] send(String method, String path, String contentType, byte[] body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).timeout(TIMEOUT).method(method, BodyPublishers.ofByteArray(body))
                .setHeader("Content-Type", contentType).build());
    }

    void delete(String path) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(uri(path)).timeout(TIMEOUT).DELETE().build());
    }

    /// An answer without an end, such as a watch; the caller closes it.
    InputStream open(String path) throws IOException, InterruptedException {
        var answer = http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() >= 300) {
            try (var body = answer.body()) {
                throw new IOException(path + " was answered with " + answer.statusCode() + ": " + new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return answer.body();
    }

    private byte[] send(HttpRequest request) throws IOException, InterruptedException {
        var answer = http.send(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() >= 300) {
            throw new IOException(request.method() + " " + request.uri().getPath() + " was answered with " + answer.statusCode() + ": "
                    + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    private URI uri(String path) {
        return URI.create(server + path);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
