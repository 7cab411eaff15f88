package io.moka.kubelet.server;

import io.moka.kubelet.runtime.OutputSink;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Arrays;

/// Sends output as the body of a response, waiting for each part to be taken; may stop after a number of bytes.
final class ResponseSink implements OutputSink {

    private final HttpServerResponse response;
    private final Runnable whenFull;
    private long left;

    /// @param whenFull called once the limit is reached
    ResponseSink(HttpServerResponse response, long limitBytes, Runnable whenFull) {
        this.response = response;
        this.left = limitBytes;
        this.whenFull = whenFull;
    }

    @Override
    public void write(Stream stream, byte[] bytes) {
        int length = (int) Math.min(bytes.length, left);
        if (length == 0) {
            return;
        }
        left -= length;
        Futures.await(response.write(Buffer.buffer(length == bytes.length ? bytes : Arrays.copyOf(bytes, length))));
        if (left == 0) {
            whenFull.run();
        }
    }
}
