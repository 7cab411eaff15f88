package io.moka.kubelet.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.OutputStream;
import java.util.Arrays;

/// Sends what is written as the body of a response, each time waiting until it has been taken.
final class ResponseStream extends OutputStream {

    private final HttpServerResponse response;

    ResponseStream(HttpServerResponse response) {
        this.response = response;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    /// @throws Futures.ConnectionLost when the client has left
    @Override
    public void write(byte[] bytes, int from, int length) {
        Futures.await(response.write(Buffer.buffer(Arrays.copyOfRange(bytes, from, from + length))));
    }
}
