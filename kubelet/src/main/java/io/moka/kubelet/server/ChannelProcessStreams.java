package io.moka.kubelet.server;

import io.fabric8.kubernetes.api.model.Status;
import io.moka.machinery.client.Json;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;

/// A process's streams as the channels of a WebSocket.
///
/// Follows upstream's `remotecommand` protocols.
final class ChannelProcessStreams implements ProcessStreams, ChannelSocket.Receiver {

    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;
    private static final byte[] NOTHING = {};

    /// The outputs of a process that the client wants.
    record Wanted(boolean stdout, boolean stderr) {
    }

    private final ChannelProtocol protocol;
    private final Wanted wanted;
    private final RemoteProcess process;
    private final ChannelSocket socket;
    private final BytePipe stdin;

    private ChannelProcessStreams(ServerWebSocket socket, ChannelProtocol protocol, Wanted wanted, RemoteProcess process) {
        this.protocol = protocol;
        this.wanted = wanted;
        this.process = process;
        this.socket = new ChannelSocket(socket, protocol, this);
        this.stdin = new BytePipe(bytes -> this.socket.taken());
    }

    /// To be called on the socket's event loop: starts the process.
    static void begin(ServerWebSocket socket, ChannelProtocol protocol, Wanted wanted, RemoteProcess process) {
        var streams = new ChannelProcessStreams(socket, protocol, wanted, process);
        streams.socket.open();
        process.start(streams);
    }

    @Override
    public boolean received(int channel, byte[] bytes) {
        if (channel == STDIN) {
            stdin.data(bytes);
            return true;
        }
        if (channel == RESIZE) {
            process.resize(bytes);
        }
        return false;
    }

    @Override
    public void ended(int channel) {
        if (channel == STDIN) {
            stdin.end();
        }
    }

    @Override
    public void disconnected() {
        stdin.end();
        process.disconnected();
    }

    @Override
    public BytePipe stdin() {
        return stdin;
    }

    /// Clients of older protocols wait for a first message, though it be empty.
    @Override
    public void established() {
        if (protocol != ChannelProtocol.V5) {
            socket.send(wanted.stdout ? STDOUT : wanted.stderr ? STDERR : ERROR, NOTHING);
        }
    }

    @Override
    public void write(Stream stream, byte[] bytes) {
        boolean error = stream == Stream.STDERR;
        if (error ? wanted.stderr : wanted.stdout) {
            socket.send(error ? STDERR : STDOUT, bytes);
        }
    }

    @Override
    public void finish(Status status) {
        if (protocol.statusIsJson()) {
            socket.send(ERROR, Json.bytes(status));
        } else if ("Failure".equals(status.getStatus())) {
            socket.send(ERROR, status.getMessage().getBytes(StandardCharsets.UTF_8));
        }
        socket.close();
    }
}
