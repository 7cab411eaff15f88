package io.moka.kubelet.server;

import io.moka.kubelet.spdy.SpdyConnection;
import io.moka.kubelet.spdy.SpdyStream;
import io.moka.machinery.thread.TaskThread;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The forwarded connections of one client over SPDY: for each a stream `data` and a stream `error`, which share a `requestID`.
final class SpdyPortForward implements SpdyConnection.Listener {

    static final String PROTOCOL = "portforward.k8s.io";
    private static final int LONE_HALVES = 64;
    private static final int NO_PORT = -1;

    private final PodConnection pod;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    // the event loop alone: those whose other half has still to be opened, by their request's id
    private final Map<String, Half> halves = new HashMap<>();

    private record Half(SpdyStream stream, BytePipe received) {
    }

    SpdyPortForward(PodConnection pod) {
        this.pod = pod;
    }

    @Override
    public void opened(SpdyStream stream) {
        var type = stream.header("streamtype");
        if (!type.equals("data") && !type.equals("error") || halves.size() >= LONE_HALVES) {
            stream.reset();
            return;
        }
        var half = new Half(stream, new BytePipe(stream::taken));
        if (type.equals("data")) {
            stream.receive(half.received);
        }
        var id = stream.header("requestid");
        var other = halves.remove(id);
        if (other == null) {
            halves.put(id, half);
        } else if (other.stream.header("streamtype").equals(type)) {
            other.stream.reset();
            stream.reset();
        } else {
            start(type.equals("data") ? new Pair(half, other.stream) : new Pair(other, stream));
        }
    }

    /// Both halves of a connection.
    private record Pair(Half data, SpdyStream error) implements ForwardedStream {

        @Override
        public int port() {
            try {
                return Integer.parseInt(data.stream.header("port"));
            } catch (NumberFormatException e) {
                return NO_PORT;
            }
        }

        @Override
        public InputStream received() {
            return data.received;
        }

        @Override
        public void write(byte[] bytes) {
            Futures.await(data.stream.write(bytes));
        }

        @Override
        public void fail(String message) {
            error.write(message.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            data.stream.end();
            error.end();
        }
    }

    private void start(Pair pair) {
        var thread = TaskThread.unstarted("port-forward", () -> {
            try {
                pod.forward(pair);
            } finally {
                running.remove(Thread.currentThread());
            }
        });
        running.add(thread);
        thread.start();
    }

    @Override
    public void closed() {
        running.forEach(Thread::interrupt);
    }
}
