package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.protobuf.ProtobufDecoder;
import io.moka.apiserver.core.protobuf.ProtobufEncoder;
import io.moka.apiserver.core.request.Exchange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/// Writes events to the body of an answer; events that wait are sent together in one chunk.
final class ChunkedSink implements WatchSink {
    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final byte[] TAIL = "}\n".getBytes(UTF_8);

    private final HttpServerResponse response;
    private final boolean binary;

    // guarded by this: the parts of the next chunk, while the answer has not ended
    private final List<byte[]> parts = new ArrayList<>();
    private int bytes;
    private boolean ended;

    ChunkedSink(HttpServerResponse response, boolean binary) {
        this.response = response;
        this.binary = binary;
    }

    /// Sends the head of the answer.
    ///
    /// @param binary whether objects, and therefore the events too, are in Kubernetes' binary form
    static ChunkedSink begin(Exchange exchange, boolean binary) {
        HttpServerResponse response = exchange.head(200, binary ? ProtobufDecoder.MEDIA_TYPE + ";stream=watch" : "application/json").setChunked(true);
        response.writeHead();
        return new ChunkedSink(response, binary);
    }

    @Override
    public void listen(Runnable room, Runnable gone) {
        response.drainHandler(ready -> room.run());
        response.closeHandler(closed -> gone.run());
        response.exceptionHandler(broken -> gone.run());
    }

    @Override
    public synchronized boolean full() {
        return !ended && response.writeQueueFull();
    }

    @Override
    public synchronized void event(String type, byte[] object) {
        for (byte[] part : binary ? List.of(ProtobufEncoder.watchEvent(type, object)) : List.of(WatchSink.head(type), object, TAIL)) {
            parts.add(part);
            bytes += part.length;
        }
        if (bytes >= MAX_CHUNK_BYTES) {
            flush();
        }
    }

    @Override
    public synchronized void flush() {
        if (bytes > 0 && !ended && !response.closed()) {
            Buffer chunk = Buffer.buffer(bytes);
            parts.forEach(chunk::appendBytes);
            response.write(chunk);
        }
        parts.clear();
        bytes = 0;
    }

    @Override
    public synchronized void close() {
        if (!ended && !response.ended() && !response.closed()) {
            response.end();
        }
        ended = true;
    }
}
