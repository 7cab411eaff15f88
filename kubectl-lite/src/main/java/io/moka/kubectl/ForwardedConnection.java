package io.moka.kubectl;

import io.moka.machinery.client.ApiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One TCP connection over a WebSocket of its own (`v4.channel.k8s.io`): channel 0 carries the data, channel 1 says what went wrong. The first message
/// of each channel names the port.
final class ForwardedConnection {

    private static final byte DATA = 0;
    private static final byte ERROR = 1;
    private static final int PORT_MESSAGE_BYTES = 3;

    private final Socket socket;
    private final int port;

    ForwardedConnection(Socket socket, int port) {
        this.socket = socket;
        this.port = port;
    }

    /// Passes bytes both ways until either side ends.
    void run(ApiClient client, String path) {
        try (socket) {
            var webSocket = client.openWebSocket(path, "?ports=" + port, List.of("v4.channel.k8s.io"), new Inbound());
            var buffer = new byte[8192];
            buffer[0] = DATA;
            var in = socket.getInputStream();
            for (int read = in.read(buffer, 1, buffer.length - 1); read >= 0; read = in.read(buffer, 1, buffer.length - 1)) {
                webSocket.sendBinary(ByteBuffer.wrap(buffer, 0, read + 1), true).join();
            }
            webSocket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        } catch (IOException | UncheckedIOException | CompletionException e) {
            if (!socket.isClosed()) {
                System.err.println("error: an error occurred forwarding to port " + port + ": " + e.getMessage());
            }
        } catch (RuntimeException e) {
            System.err.println(Kubectl.explain(e));
        }
    }

    /// Called by one thread at a time.
    private final class Inbound extends WholeMessages {
        private boolean dataBegun;
        private boolean errorBegun;

        @Override
        void accept(byte[] bytes) {
            if (bytes.length == 0) {
                return;
            }
            if (bytes[0] == DATA) {
                if (dataBegun) {
                    write(bytes);
                }
                dataBegun |= bytes.length == PORT_MESSAGE_BYTES;
            } else if (bytes[0] == ERROR) {
                if (errorBegun && bytes.length > 1) {
                    System.err.println("error: an error occurred forwarding to port " + port + ": " + new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8).strip());
                    close();
                }
                errorBegun = true;
            }
        }

        private void write(byte[] bytes) {
            try {
                socket.getOutputStream().write(bytes, 1, bytes.length - 1);
            } catch (IOException e) {
                close();
            }
        }

        private void close() {
            try {
                socket.close();
            } catch (IOException e) {
                System.err.println("error: " + e.getMessage());
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
            close();
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            close();
        }
    }
}
