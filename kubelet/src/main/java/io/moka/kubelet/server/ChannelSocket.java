package io.moka.kubelet.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries several streams over one WebSocket: each message names its channel.
///
/// Follows upstream's `channel.k8s.io` protocols; v5 adds channel 255, whose messages end another channel.
final class ChannelSocket {

    private static final Logger log = LoggerFactory.getLogger(ChannelSocket.class);
    private static final int IN_FLIGHT = 16;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int NONE = -1;
    private static final int CLOSE = 255;

    /// Receives the client's messages, on the event loop.
    interface Receiver {

        /// @return true if the receiver holds the bytes; it calls [ChannelSocket#taken] once it no longer does
        boolean received(int channel, byte[] bytes);

        /// The client sends nothing more on this channel.
        void ended(int channel);

        /// The client has left.
        void disconnected();
    }

    private final ServerWebSocket socket;
    private final ChannelProtocol protocol;
    private final Receiver receiver;

    // the event loop alone: the channel of the message whose frames are coming, and its text so far
    private int channel = NONE;
    private final StringBuilder text = new StringBuilder();

    /// To be made on the socket's event loop.
    ChannelSocket(ServerWebSocket socket, ChannelProtocol protocol, Receiver receiver) {
        this.socket = socket;
        this.protocol = protocol;
        this.receiver = receiver;
    }

    /// Starts to pass messages to the receiver.
    void open() {
        socket.pause();
        socket.frameHandler(this::accept);
        socket.closeHandler(closed -> receiver.disconnected());
        socket.exceptionHandler(failure -> log.debug("a stream broke: {}", failure.getMessage()));
        socket.fetch(IN_FLIGHT);
    }

    private void accept(WebSocketFrame frame) {
        if (!(protocol.base64() ? acceptText(frame) : acceptBinary(frame))) {
            taken();
        }
    }

    /// Passes on each frame as it comes. A message may have several frames, of which only the first names the channel.
    private boolean acceptBinary(WebSocketFrame frame) {
        var bytes = frame.binaryData().getBytes();
        if (frame.isContinuation()) {
            return deliver(bytes);
        }
        channel = bytes.length == 0 ? NONE : bytes[0] & 0xFF;
        return bytes.length > 1 && deliver(Arrays.copyOfRange(bytes, 1, bytes.length));
    }

    private boolean acceptText(WebSocketFrame frame) {
        text.append(frame.binaryData().toString(StandardCharsets.US_ASCII));
        if (text.length() > LONGEST_TEXT) {
            socket.close((short) 1009);
            return true;
        }
        if (!frame.isFinal() || text.isEmpty()) {
            return false;
        }
        channel = text.charAt(0) - '0';
        try {
            return deliver(Base64.getDecoder().decode(text.substring(1)));
        } catch (IllegalArgumentException e) {
            socket.close((short) 1007);
            return true;
        } finally {
            text.setLength(0);
        }
    }

    private boolean deliver(byte[] content) {
        if (channel == CLOSE && protocol.closesStreams()) {
            if (content.length > 0) {
                receiver.ended(content[0] & 0xFF);
            }
            return false;
        }
        return content.length > 0 && receiver.received(channel, content);
    }

    /// Reports that the bytes of one message are no longer held, so that another message may come.
    void taken() {
        socket.fetch(1);
    }

    /// Sends the bytes, and waits until the connection has taken them.
    void send(int target, byte[] bytes) {
        Futures.await(protocol.base64()
                ? socket.writeTextMessage((char) ('0' + target) + Base64.getEncoder().encodeToString(bytes))
                : socket.writeBinaryMessage(Buffer.buffer(bytes.length + 1).appendByte((byte) target).appendBytes(bytes)));
    }

    void close() {
        socket.close().onFailure(failure -> log.debug("closing a stream: {}", failure.getMessage()));
    }
}
