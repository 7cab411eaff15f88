package io.moka.kubectl;

import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A listener that gets each binary message as a whole, however many frames it came in. Called by one thread at a time.
abstract class WholeMessages implements WebSocket.Listener {

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    /// @param message its first byte is the channel; may be empty
    abstract void accept(byte[] message);

    @Override
    public final @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        var part = new byte[data.remaining()];
        data.get(part);
        message.writeBytes(part);
        if (last) {
            accept(message.toByteArray());
            message.reset();
        }
        socket.request(1);
        return null;
    }
}
