package io.moka.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A proxy between a client and a server that passes bytes through unread and can cut every connection, as a bad network does.
public final class CuttableProxy implements AutoCloseable {

    private final InetSocketAddress server;
    private final ServerSocket listening;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    public CuttableProxy(URI server) {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /// Returns the URL under which clients reach the server through this proxy.
    public String url() {
        return "https://127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void serve(Socket client) {
        try (client; var upstream = new Socket()) {
            upstream.connect(server);
            sockets.add(client);
            sockets.add(upstream);
            Thread.ofVirtual().start(() -> pass(upstream, client));
            pass(client, upstream);
            sockets.remove(client);
            sockets.remove(upstream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // one of the sockets was closed; the other one is closed, too
            return;
        }
    }

    /// Cuts all connections; new ones are let through.
    public void cut() {
        sockets.forEach(socket -> {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
