package io.moka.apiserver.core.request;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/// Writes many small arrays as one body, in chunks of a fixed size, at the speed at which the client reads.
///
/// All of it runs on the connection's event loop, which takes the next chunk when there is room.
final class PartsWriter {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final HttpServerResponse response;
    private final List<byte[]> parts;
    private final CountDownLatch done = new CountDownLatch(1);
    // used by the event loop alone
    private int next;

    private PartsWriter(HttpServerResponse response, List<byte[]> parts) {
        this.response = response;
        this.parts = parts;
    }

    /// Returns when everything has been passed to the connection, or the client has gone. An interrupt truncates the answer.
    static void write(HttpServerResponse response, Executor eventLoop, List<byte[]> parts, long lengthBytes) {
        response.putHeader("Content-Length", Long.toString(lengthBytes));
        PartsWriter writer = new PartsWriter(response, parts);
        eventLoop.execute(writer::start);
        try {
            writer.done.await();
        } catch (InterruptedException stopped) {
            eventLoop.execute(response::reset);
            Thread.currentThread().interrupt();
        }
    }

    private void start() {
        response.drainHandler(room -> pump());
        response.closeHandler(gone -> done.countDown());
        response.exceptionHandler(gone -> done.countDown());
        pump();
    }

    private void pump() {
        while (!response.ended() && !response.writeQueueFull()) {
            if (response.closed()) {
                done.countDown();
                return;
            }
            Buffer chunk = chunk();
            if (next == parts.size()) {
                response.end(chunk);
                done.countDown();
            } else {
                response.write(chunk);
            }
        }
    }

    private Buffer chunk() {
        Buffer chunk = Buffer.buffer(CHUNK_BYTES + 4096);
        while (next < parts.size() && chunk.length() < CHUNK_BYTES) {
            chunk.appendBytes(parts.get(next++));
        }
        return chunk;
    }

    static byte[] joined(List<byte[]> parts) {
        var whole = new ByteArrayOutputStream();
        parts.forEach(whole::writeBytes);
        return whole.toByteArray();
    }
}
