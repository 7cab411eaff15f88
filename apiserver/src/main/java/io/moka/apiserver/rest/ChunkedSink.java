package io.moka.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.http.Exchange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/// Events one after the other in the body of an answer, many to a chunk where many wait.
final class ChunkedSink implements WatchSink {
    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final byte[] TAIL = "}\n".getBytes(UTF_8);

    private final HttpServerResponse response;
    // what the next chunk is made of
    private final List<byte[]> parts = new ArrayList<>();
    private int bytes;

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
        for (byte[] part : List.of(head, object, TAIL)) {
            parts.add(part);
            bytes += part.length;
        }
        if (bytes >= MAX_CHUNK_BYTES) {
            flush();
        }
    }

    @Override
    public void flush() {
        if (bytes > 0 && !response.closed()) {
            Buffer chunk = Buffer.buffer(bytes);
            parts.forEach(chunk::appendBytes);
            response.write(chunk);
        }
        parts.clear();
        bytes = 0;
    }

    @Override
    public void close() {
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }
}
