package io.moka.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.http.Exchange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/// Events one after the other in the body of an answer, many to a chunk where many wait.
final class ChunkedSink implements WatchSink {
    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final byte[] TAIL = "}\n".getBytes(UTF_8);

    private final HttpServerResponse response;
    private @Nullable Buffer chunk;

    private ChunkedSink(HttpServerResponse response) {
        this.response = response;
    }

    /// Sends the head of the answer.
    static ChunkedSink begin(Exchange exchange) {
        HttpServerResponse response = exchange.head(200, "application/json").setChunked(true);
        response.writeHead();
        return new ChunkedSink(response);
    }

    @Override
    public void listen(Runnable room, Runnable gone) {
        response.drainHandler(ready -> room.run());
        response.closeHandler(closed -> gone.run());
        response.exceptionHandler(broken -> gone.run());
    }

    @Override
    public boolean full() {
        return response.writeQueueFull();
    }

    @Override
    public void event(byte[] head, byte[] object) {
        Buffer into = chunk == null ? Buffer.buffer(head.length + object.length + TAIL.length) : chunk;
        chunk = into.appendBytes(head).appendBytes(object).appendBytes(TAIL);
        if (into.length() >= MAX_CHUNK_BYTES) {
            flush();
        }
    }

    @Override
    public void flush() {
        if (chunk != null && !response.closed()) {
            response.write(chunk);
        }
        chunk = null;
    }

    @Override
    public void close() {
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }
}
