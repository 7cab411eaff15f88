package io.moka.kubelet.server;

import io.fabric8.kubernetes.api.model.Status;
import io.moka.machinery.client.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.io.InputStream;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Several streams over one WebSocket: the first byte of each message names the channel.
///
/// Follows upstream's `remotecommand` protocols v4 and v5; v5 adds channel 255, which ends another one.
final class ChannelSocket implements ProcessStreams {

    private static final Logger log = LoggerFactory.getLogger(ChannelSocket.class);
    private static final int IN_FLIGHT = 16;
    private static final byte STDIN = 0;
    private static final byte STDOUT = 1;
    private static final byte STDERR = 2;
    private static final byte ERROR = 3;
    private static final byte RESIZE = 4;
    private static final byte CLOSE = (byte) 255;

    private final ServerWebSocket socket;
    private final BytePipe stdin;
    private final RemoteProcess process;

    // the event loop alone: the channel of the message whose frames are coming
    private byte channel = ERROR;

    /// To be made on the socket's event loop.
    ChannelSocket(ServerWebSocket socket, RemoteProcess process) {
        this.socket = socket;
        this.process = process;
        this.stdin = new BytePipe(bytes -> socket.fetch(1));
        socket.pause();
        socket.frameHandler(this::accept);
        socket.closeHandler(closed -> {
            stdin.end();
            process.disconnected();
        });
        socket.exceptionHandler(failure -> log.debug("a stream broke: {}", failure.getMessage()));
        socket.fetch(IN_FLIGHT);
    }

    @Override
    public InputStream stdin() {
        return stdin;
    }

    /// A message may come in several frames, of which only the first names the channel; each is handed on as it comes.
    private void accept(WebSocketFrame frame) {
        var bytes = frame.binaryData().getBytes();
        boolean begins = !frame.isContinuation();
        if (begins) {
            channel = bytes.length == 0 ? ERROR : bytes[0];
        }
        var content = begins && bytes.length > 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        boolean kept = content.length > 0 && channel == STDIN;
        if (kept) {
            stdin.data(content);
        } else if (channel == RESIZE && content.length > 0) {
            process.resize(content);
        } else if (channel == CLOSE && content.length > 0 && content[0] == STDIN) {
            stdin.end();
        }
        if (!kept) {
            socket.fetch(1);
        }
    }

    @Override
    public void write(Stream stream, byte[] bytes) {
        send(stream == Stream.STDERR ? STDERR : STDOUT, bytes);
    }

    @Override
    public void finish(Status status) {
        send(ERROR, Json.bytes(status));
        socket.close().onFailure(failure -> log.debug("closing a stream: {}", failure.getMessage()));
    }

    private void send(byte channel, byte[] bytes) {
        Futures.await(socket.writeBinaryMessage(Buffer.buffer(bytes.length + 1).appendByte(channel).appendBytes(bytes)));
    }
}
