package io.moka.proxy.relay;

import io.moka.machinery.thread.TaskThread;
import io.moka.proxy.model.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forwards datagrams to a port of this process to an endpoint, and the endpoint's answers back. A client, identified by address and port, keeps its endpoint
/// until the client has been silent for a while, or the endpoint is gone or refuses; in the latter case the last datagram is sent to another endpoint.
public final class UdpRelay implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UdpRelay.class);
    private static final int LARGEST = 65_535;
    private static final int IDLE_MILLIS = 60_000;
    private static final int MOST_CLIENTS = 1_024;

    private final DatagramSocket server;
    private final Choice choice;
    // guarded by itself; the client that was silent for the longest time comes first, and gives way when there are too many
    private final Map<InetSocketAddress, Session> sessions = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true));

    /// One client's socket to its endpoint.
    private final class Session {

        private final InetSocketAddress client;
        private final Endpoint endpoint;
        private final DatagramSocket socket;
        private volatile byte[] last = new byte[0];

        Session(InetSocketAddress client, Endpoint endpoint) throws IOException {
            this.client = client;
            this.endpoint = endpoint;
            this.socket = new DatagramSocket();
            socket.connect(new InetSocketAddress(endpoint.address(), endpoint.port()));
            socket.setSoTimeout(IDLE_MILLIS);
        }

        void send(byte[] datagram) throws IOException {
            last = datagram;
            socket.send(new DatagramPacket(datagram, datagram.length));
        }

        void answer() {
            var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
            try (socket) {
                while (true) {
                    packet.setLength(LARGEST);
                    socket.receive(packet);
                    choice.answered(client.getAddress(), endpoint);
                    server.send(new DatagramPacket(packet.getData(), packet.getLength(), client));
                }
            } catch (PortUnreachableException e) {
                sessions.remove(client, this);
                forward(client, last, endpoint);
            } catch (SocketTimeoutException idle) {
                log.trace("silent", idle);
            } catch (IOException e) {
                log.debug("a relayed flow ended: {}", e.getMessage());
            } finally {
                sessions.remove(client, this);
            }
        }
    }

    private UdpRelay(DatagramSocket server, Choice choice) {
        this.server = server;
        this.choice = choice;
    }

    /// Starts to listen at any free port.
    public static UdpRelay open(InetAddress address, Choice choice) throws IOException {
        var relay = new UdpRelay(new DatagramSocket(0, address), choice);
        TaskThread.start("relay-udp-" + relay.port(), relay::receive);
        return relay;
    }

    public int port() {
        return server.getLocalPort();
    }

    private void receive() {
        var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        while (!server.isClosed()) {
            try {
                packet.setLength(LARGEST);
                server.receive(packet);
                forward((InetSocketAddress) packet.getSocketAddress(), Arrays.copyOf(packet.getData(), packet.getLength()), null);
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.debug("a datagram was not relayed: {}", e.getMessage());
                }
            } catch (RuntimeException e) {
                log.error("a datagram to port {} was not relayed", port(), e);
            }
        }
    }

    /// @param failed an endpoint that refused the datagram
    private void forward(InetSocketAddress client, byte[] datagram, @Nullable Endpoint failed) {
        var session = sessions.get(client);
        try {
            if (session != null && !choice.admits(session.endpoint)) {
                session.socket.close();
                session = null;
            }
            if (session == null) {
                session = begin(client, failed);
            }
            if (session != null) {
                session.send(datagram);
            }
        } catch (IOException e) {
            log.debug("a datagram was not relayed: {}", e.getMessage());
        }
    }

    private @Nullable Session begin(InetSocketAddress client, @Nullable Endpoint failed) throws IOException {
        var endpoint = choice.order(client.getAddress()).stream().filter(candidate -> !candidate.equals(failed)).findFirst();
        if (endpoint.isEmpty()) {
            return null;
        }
        var session = new Session(client, endpoint.get());
        synchronized (sessions) {
            if (sessions.size() >= MOST_CLIENTS) {
                sessions.remove(sessions.keySet().iterator().next()).socket.close();
            }
            sessions.put(client, session);
        }
        TaskThread.start("relay-udp-answers", session::answer);
        return session;
    }

    @Override
    public void close() {
        server.close();
        synchronized (sessions) {
            sessions.values().forEach(session -> session.socket.close());
        }
    }
}
