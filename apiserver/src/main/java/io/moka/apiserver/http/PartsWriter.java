package io.moka.apiserver.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.ExecutionException;

/// Writes many small arrays as one body, in chunks of a fixed size, waiting when the client reads slower than we write.
final class PartsWriter {
    private static final int CHUNK_BYTES = 64 * 1024;

    private PartsWriter() {}

    static void write(HttpServerResponse response, List<byte[]> parts, long lengthBytes) {
        response.putHeader("Content-Length", Long.toString(lengthBytes));
        Buffer chunk = Buffer.buffer((int) Math.min(lengthBytes, CHUNK_BYTES + 4096));
        for (byte[] part : parts) {
            chunk.appendBytes(part);
            if (chunk.length() >= CHUNK_BYTES) {
                if (!send(response, chunk)) {
                    return;
                }
                chunk = Buffer.buffer(CHUNK_BYTES + 4096);
            }
        }
        response.end(chunk);
    }

    static byte[] joined(List<byte[]> parts) {
        var whole = new ByteArrayOutputStream();
        parts.forEach(whole::writeBytes);
        return whole.toByteArray();
    }

    /// False when the client has gone, or the request has taken too long.
    private static boolean send(HttpServerResponse response, Buffer chunk) {
        var written = response.write(chunk);
        if (!response.writeQueueFull()) {
            return !response.closed();
        }
        try {
            written.toCompletionStage().toCompletableFuture().get();
            return true;
        } catch (ExecutionException clientGone) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            response.reset();
            return false;
        }
    }
}
