package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A watch ends on its request's thread while its drainer may still write.
final class ChunkedSinkTest {

    @Test
    void whatComesAfterTheEndIsDropped() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (HttpClient http = HttpClient.newHttpClient()) {
            CompletableFuture<String> outcome = new CompletableFuture<>();
            var server = vertx.createHttpServer().requestHandler(request -> {
                try {
                    ChunkedSink sink = new ChunkedSink(request.response().setChunked(true), false);
                    sink.event("ADDED", "{}".getBytes(UTF_8));
                    sink.flush();
                    sink.close();
                    assertFalse(sink.full());
                    sink.event("BOOKMARK", "{}".getBytes(UTF_8));
                    sink.flush();
                    sink.event("MODIFIED", ("\"" + "x".repeat(100_000) + "\"").getBytes(UTF_8));
                    sink.close();
                    outcome.complete("quiet");
                } catch (RuntimeException | AssertionError thrown) {
                    outcome.complete(thrown.toString());
                }
            }).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
            var answer = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + "/")).build(), BodyHandlers.ofString());
            assertEquals("quiet", outcome.get(30, TimeUnit.SECONDS));
            assertEquals("{\"type\":\"ADDED\",\"object\":{}}\n", answer.body());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }
}
