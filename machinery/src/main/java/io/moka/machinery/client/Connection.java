package io.moka.machinery.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One HTTP client with its connections, and the time when data was last received through it. The JDK's client sends all requests through one HTTP/2 connection
/// and does not notice that the server has vanished; this class detects that by the silence.
final class Connection {

    private final HttpClient http;
    private volatile long heardAt = System.nanoTime();

    Connection(HttpClient http) {
        this.http = http;
    }

    HttpClient http() {
        return http;
    }

    void heard() {
        heardAt = System.nanoTime();
    }

    /// Whether nothing at all came through this connection for so long.
    boolean isSilentFor(Duration time) {
        return System.nanoTime() - heardAt >= time.toNanos();
    }

    /// Sends a request and waits until the handler has its answer, whose body may go on.
    ///
    /// @param limit null to wait for ever
    /// @throws HttpTimeoutException after the limit; the request is then cancelled
    <B> HttpResponse<B> send(HttpRequest request, HttpResponse.BodyHandler<B> handler, @Nullable Duration limit) throws IOException {
        var answer = http.sendAsync(request, handler);
        try {
            var response = limit == null ? answer.get() : answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            heard();
            return response;
        } catch (TimeoutException e) {
            abandon(answer);
            throw new HttpTimeoutException("no answer within " + limit.toMillis() / 1000.0 + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            abandon(answer);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /// An answer that comes all the same must not keep its connection waiting for a reader.
    private static <B> void abandon(CompletableFuture<HttpResponse<B>> answer) {
        answer.cancel(true);
        answer.thenAccept(late -> {
            if (late.body() instanceof InputStream body) {
                try {
                    body.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }
}
