package io.moka.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Relays TCP connections to a server and hands on what the client sends after a fixed time, as a longer line would: the delay is added to each call, and the
/// throughput stays as it is. What the server sends is handed on at once.
final class DelayingProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;
    /// The bytes that one connection may have under way; a client that sends more waits.
    private static final int MOST_CHUNKS = 10_000;

    private final ServerSocket listener;
    private final URI server;
    private final long delayNanos;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private record Chunk(byte[] bytes, long due) {
    }

    DelayingProxy(URI server, Duration delay) throws IOException {
        this.server = server;
        this.delayNanos = delay.toNanos();
        this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("delaying-proxy").start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                try {
                    relay(client);
                } catch (IOException refused) {
                    client.close();
                }
            }
        } catch (IOException closed) {
            // the end of the measurement
        }
    }

    private void relay(Socket client) throws IOException {
        var upstream = new Socket(server.getHost(), server.getPort());
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(upstream);
        Thread.ofVirtual().start(() -> copy(upstream, client));
        var line = new Line();
        Thread.ofVirtual().start(() -> line.fill(client));
        Thread.ofVirtual().start(() -> line.drain(upstream));
    }

    private static void copy(Socket from, Socket to) {
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException ended) {
            // both are closed
        }
    }

    /// The bytes that a client has sent and the server has not got yet.
    private final class Line {
        // guarded by this
        private final Deque<Chunk> chunks = new ArrayDeque<>();
        private boolean ended;

        void fill(Socket client) {
            var buffer = new byte[BUFFER_BYTES];
            try {
                var in = client.getInputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    add(new Chunk(Arrays.copyOf(buffer, read), System.nanoTime() + delayNanos));
                }
            } catch (IOException | InterruptedException broken) {
                // the same as its end
            } finally {
                end();
            }
        }

        private synchronized void add(Chunk chunk) throws InterruptedException {
            while (chunks.size() >= MOST_CHUNKS) {
                wait();
            }
            chunks.add(chunk);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        private synchronized Chunk take() throws InterruptedException {
            while (chunks.isEmpty() && !ended) {
                wait();
            }
            notifyAll();
            return chunks.isEmpty() ? new Chunk(new byte[0], 0) : chunks.remove();
        }

        void drain(Socket upstream) {
            try (upstream) {
                var out = upstream.getOutputStream();
                for (var chunk = take(); chunk.bytes.length > 0; chunk = take()) {
                    TimeUnit.NANOSECONDS.sleep(Math.max(0, chunk.due - System.nanoTime()));
                    out.write(chunk.bytes);
                }
            } catch (IOException | InterruptedException broken) {
                // closed, and with it the client's
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
