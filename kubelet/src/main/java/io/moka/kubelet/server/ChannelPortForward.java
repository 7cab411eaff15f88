package io.moka.kubelet.server;

import io.moka.machinery.thread.TaskThread;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The forwarded connections of one client over a WebSocket: for each of the ports that it asks for, a channel of data and one for errors.
/// Each begins with the port's number.
///
/// Follows upstream's protocol `v4.channel.k8s.io` of port forwarding.
final class ChannelPortForward implements ChannelSocket.Receiver {

    private static final int MOST_PORTS = 64;
    private static final int HIGHEST_PORT = 65_535;

    private final ChannelSocket socket;
    private final List<Forwarded> streams = new ArrayList<>();
    private final AtomicInteger open;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    private ChannelPortForward(ServerWebSocket socket, ChannelProtocol protocol, List<Integer> ports) {
        this.socket = new ChannelSocket(socket, protocol, this);
        this.open = new AtomicInteger(ports.size());
        for (int port : ports) {
            streams.add(new Forwarded(streams.size() * 2, port, new BytePipe(bytes -> this.socket.taken())));
        }
    }

    /// To be called on the socket's event loop.
    static void begin(ServerWebSocket socket, ChannelProtocol protocol, List<Integer> ports, PodConnection pod) {
        var forward = new ChannelPortForward(socket, protocol, ports);
        forward.socket.open();
        forward.streams.forEach(stream -> forward.start(stream, pod));
    }

    /// @throws HttpProblem 400 where the request names no ports, or what is none
    static List<Integer> ports(HttpServerRequest request) {
        var ports = new ArrayList<Integer>();
        for (var value : request.params().getAll("port")) {
            for (var text : value.split(",", -1)) {
                ports.add(port(text));
            }
        }
        if (ports.isEmpty()) {
            throw new HttpProblem(400, "query parameter \"port\" is required");
        }
        if (ports.size() > MOST_PORTS) {
            throw new HttpProblem(400, "no more than " + MOST_PORTS + " ports are forwarded at a time");
        }
        return ports;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new HttpProblem(400, "unable to parse \"" + text + "\" as a port");
        }
        throw new HttpProblem(400, "port \"" + text + "\" must be > 0 and <= " + HIGHEST_PORT);
    }

    private final class Forwarded implements ForwardedStream {

        private final int channel;
        private final int port;
        private final BytePipe received;

        private Forwarded(int channel, int port, BytePipe received) {
            this.channel = channel;
            this.port = port;
            this.received = received;
        }

        private void announce() {
            var number = new byte[] {(byte) port, (byte) (port >> 8)};
            socket.send(channel, number);
            socket.send(channel + 1, number);
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public InputStream received() {
            return received;
        }

        @Override
        public void write(byte[] bytes) {
            socket.send(channel, bytes);
        }

        @Override
        public void fail(String message) {
            socket.send(channel + 1, message.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            if (open.decrementAndGet() == 0) {
                socket.close();
            }
        }
    }

    private void start(Forwarded stream, PodConnection pod) {
        var thread = TaskThread.unstarted("port-forward", () -> {
            try {
                stream.announce();
                pod.forward(stream);
            } catch (Futures.ConnectionLost e) {
                stream.end();
            } finally {
                running.remove(Thread.currentThread());
            }
        });
        running.add(thread);
        thread.start();
    }

    @Override
    public boolean received(int channel, byte[] bytes) {
        if (channel < 0 || channel % 2 != 0 || channel / 2 >= streams.size()) {
            return false;
        }
        streams.get(channel / 2).received.data(bytes);
        return true;
    }

    @Override
    public void ended(int channel) {
        // only v5 ends a channel, and ports are not forwarded over that
    }

    @Override
    public void disconnected() {
        running.forEach(Thread::interrupt);
    }
}
