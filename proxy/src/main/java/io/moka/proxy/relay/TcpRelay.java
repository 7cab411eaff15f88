package io.moka.proxy.relay;

import io.moka.machinery.thread.TaskThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forwards each TCP connection to a port of this process to an endpoint. Closing the relay ends only the listening; its connections continue.
public final class TcpRelay implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TcpRelay.class);
    private static final int BACKLOG = 128;
    private static final int CONNECT_MILLIS = 1_000;
    private static final Duration LONGEST_END = Duration.ofSeconds(2);
    /// The number of endpoints that are tried before the client's connection is closed.
    private static final int MOST_TRIES = 5;

    private final ServerSocket server;
    private final Choice choice;
    private final Semaphore places;
    private final Thread acceptor;

    private TcpRelay(ServerSocket server, Choice choice, Semaphore places) {
        this.server = server;
        this.choice = choice;
        this.places = places;
        this.acceptor = TaskThread.unstarted("relay-tcp-" + server.getLocalPort(), this::accept);
    }

    /// Starts to listen.
    ///
    /// @param port 0 for any that is free
    /// @param places as many connections are relayed at once
    /// @throws IOException when the port is taken
    public static TcpRelay open(InetAddress address, int port, Choice choice, Semaphore places) throws IOException {
        var relay = new TcpRelay(new ServerSocket(port, BACKLOG, address), choice, places);
        relay.acceptor.start();
        return relay;
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                if (places.tryAcquire()) {
                    TaskThread.start("relay-connection", () -> serve(client));
                } else {
                    log.warn("no place is left for another relayed connection; one to port {} is closed", port());
                    client.close();
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.warn("a connection to the relay at port {} was not accepted: {}", port(), e.getMessage());
                    Thread.yield();
                }
            } catch (RuntimeException e) {
                log.error("a connection to the relay at port {} was not accepted", port(), e);
            }
        }
    }

    private void serve(Socket client) {
        try (client; var endpoint = connect(client.getInetAddress())) {
            if (endpoint == null) {
                client.setSoLinger(true, 0);
                return;
            }
            client.setKeepAlive(true);
            endpoint.setKeepAlive(true);
            client.setTcpNoDelay(true);
            endpoint.setTcpNoDelay(true);
            var back = TaskThread.start("relay-answer", () -> pump(endpoint, client));
            pump(client, endpoint);
            back.join();
        } catch (IOException e) {
            log.debug("a relayed connection ended: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private @Nullable Socket connect(InetAddress client) {
        for (var endpoint : choice.order(client).stream().limit(MOST_TRIES).toList()) {
            var socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(endpoint.address(), endpoint.port()), CONNECT_MILLIS);
                choice.answered(client, endpoint);
                return socket;
            } catch (IOException e) {
                log.debug("{} does not answer, trying another endpoint: {}", endpoint, e.getMessage());
                close(socket);
            }
        }
        return null;
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            log.trace("closing", ignored);
        }
    }

    /// The port is free when this returns: the socket lives until the thread that waits for connections has left it.
    @Override
    public void close() {
        try {
            server.close();
            acceptor.join(LONGEST_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.warn("closing the relay at port {}", port(), e);
        }
    }
}
