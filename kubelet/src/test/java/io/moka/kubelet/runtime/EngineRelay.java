package io.moka.kubelet.runtime;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A relay socket between the kubelet and its engine that can be frozen: it accepts connections but passes no bytes, as a process
/// that was stopped.
final class EngineRelay implements AutoCloseable {

    private final ServerSocketChannel server;
    private final SocketAddress engine;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    // guarded by this
    private boolean frozen;

    EngineRelay(Path socket, Path engine) throws IOException {
        this.engine = UnixDomainSocketAddress.of(engine);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().name("relay").start(this::accept);
    }

    int connections() {
        return open.size() / 2;
    }

    synchronized void freeze() {
        frozen = true;
    }

    synchronized void thaw() {
        frozen = false;
        notifyAll();
    }

    private synchronized void awaitThaw() throws InterruptedException {
        while (frozen) {
            wait();
        }
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> join(client));
            }
        } catch (IOException e) {
            closeAll();
        }
    }

    private void join(SocketChannel client) {
        try {
            awaitThaw();
            var upstream = SocketChannel.open(engine);
            open.add(upstream);
            var back = Thread.ofVirtual().start(() -> copy(upstream, client));
            copy(client, upstream);
            back.join();
        } catch (IOException | InterruptedException e) {
            close(client);
        }
    }

    private void copy(SocketChannel from, SocketChannel to) {
        var buffer = ByteBuffer.allocate(16_384);
        try {
            while (from.read(buffer.clear()) >= 0) {
                awaitThaw();
                for (buffer.flip(); buffer.hasRemaining(); ) {
                    to.write(buffer);
                }
            }
            to.shutdownOutput();
        } catch (IOException | InterruptedException e) {
            close(from);
            close(to);
        }
    }

    private void close(SocketChannel channel) {
        try {
            open.remove(channel);
            channel.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void closeAll() {
        open.forEach(this::close);
    }

    @Override
    public void close() throws IOException {
        thaw();
        server.close();
        closeAll();
    }
}
