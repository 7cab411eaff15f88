package io.moka.kubelet.server;

import io.fabric8.kubernetes.api.model.Status;
import io.moka.kubelet.spdy.SpdyConnection;
import io.moka.kubelet.spdy.SpdyStream;
import io.moka.machinery.client.Json;
import io.vertx.core.Context;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Each of a process's streams as a SPDY stream. The process starts when the client has opened all of them.
///
/// Follows upstream's `remotecommand` protocol v4.
final class SpdyProcessStreams implements ProcessStreams, SpdyConnection.Listener {

    static final String PROTOCOL = "v4.channel.k8s.io";
    private static final Duration OPENING_LIMIT = Duration.ofSeconds(30);

    private final Set<String> expected;
    private final RemoteProcess process;
    private final SpdyConnection connection;
    private final BytePipe stdin = new BytePipe(this::taken);
    private final Map<String, SpdyStream> streams = new ConcurrentHashMap<>();

    /// To be made on the socket's event loop.
    ///
    /// @param expected the values of `streamtype` that the client has announced in its request
    SpdyProcessStreams(NetSocket socket, Context context, Set<String> expected, RemoteProcess process) {
        this.expected = expected;
        this.process = process;
        this.connection = SpdyConnection.over(socket, this);
        context.owner().setTimer(OPENING_LIMIT.toMillis(), late -> {
            if (!process.isStarted()) {
                connection.finish();
            }
        });
    }

    @Override
    public void opened(SpdyStream stream) {
        var type = stream.header("streamtype");
        if (!expected.contains(type) || streams.putIfAbsent(type, stream) != null) {
            stream.reset();
            return;
        }
        switch (type) {
            case "stdin" -> stream.receive(stdin);
            case "resize" -> stream.receive(new Resizes(stream, process));
            default -> { }
        }
        if (streams.size() == expected.size()) {
            process.start(this);
        }
    }

    private record Resizes(SpdyStream stream, RemoteProcess process) implements SpdyStream.Receiver {

        @Override
        public void data(byte[] bytes) {
            stream.taken(bytes.length);
            process.resize(bytes);
        }

        @Override
        public void end() {
            // the terminal keeps its size
        }
    }

    private void taken(int stdinBytes) {
        streams.get("stdin").taken(stdinBytes);
    }

    @Override
    public void closed() {
        stdin.end();
        process.disconnected();
    }

    @Override
    public BytePipe stdin() {
        return stdin;
    }

    @Override
    public void write(Stream stream, byte[] bytes) {
        var target = streams.get(stream == Stream.STDERR ? "stderr" : "stdout");
        if (target != null && bytes.length > 0) {
            Futures.await(target.write(bytes));
        }
    }

    @Override
    public void finish(Status status) {
        streams.get("error").write(Json.bytes(status));
        streams.values().forEach(SpdyStream::end);
        connection.finish();
    }
}
