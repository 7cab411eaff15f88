package io.moka.dns.server;

import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.thread.TaskThread;
import io.moka.machinery.time.TimeSource;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Message;

/// Serves DNS over TCP: any number of queries on one connection, answered in any order. A client that does not read its answers is disconnected.
public final class TcpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TcpServer.class);
    private static final int MOST_CONNECTIONS = 256;
    private static final int IDLE_MILLIS = 10_000;
    private static final int BACKLOG = 64;
    /// Time that a client has to read an answer before it is disconnected.
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(10);
    private static final Duration INSPECTION = Duration.ofSeconds(5);

    private final ServerSocket listener;
    private final Responder responder;
    private final TimeSource time;
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    private TcpServer(ServerSocket listener, Responder responder, TimeSource time) {
        this.listener = listener;
        this.responder = responder;
        this.time = time;
    }

    /// A client's connection.
    private final class Connection {
        private final Socket socket;
        // time when the present write began, by the monotonic clock; 0 when none is in progress. Written under the lock of this
        private volatile long writingSince;

        private Connection(Socket socket) {
            this.socket = socket;
        }

        private boolean isStuck(long now) {
            long since = writingSince;
            return since != 0 && now - since > LONGEST_WRITE.toNanos();
        }

        private synchronized void send(byte[] answer) {
            writingSince = time.nanos() | 1;
            try {
                socket.getOutputStream().write(ByteBuffer.allocate(2 + answer.length).putShort((short) answer.length).put(answer).array());
            } catch (IOException e) {
                log.debug("an answer was not taken: {}", e.getMessage());
            } finally {
                writingSince = 0;
            }
        }
    }

    public static TcpServer start(InetSocketAddress address, Responder responder, TimeSource time) throws IOException {
        var server = new TcpServer(new ServerSocket(address.getPort(), BACKLOG, address.getAddress()), responder, time);
        NeededThread.start("tcp", server::accept);
        NeededThread.start("tcp-inspection", server::closeStuck);
        return server;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                if (places.tryAcquire()) {
                    var connection = new Connection(socket);
                    open.add(connection);
                    TaskThread.start("tcp-connection", () -> serve(connection));
                } else {
                    socket.close();
                }
            } catch (IOException e) {
                log.debug("a connection was not accepted: {}", e.getMessage());
            }
        }
    }

    private void closeStuck() {
        try {
            while (!listener.isClosed()) {
                time.sleep(INSPECTION);
                for (var connection : open) {
                    if (connection.isStuck(time.nanos())) {
                        close(connection);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Connection connection) {
        try {
            connection.socket.close();
        } catch (IOException e) {
            log.debug("closing a connection: {}", e.getMessage());
        }
    }

    private void serve(Connection connection) {
        try (var socket = connection.socket) {
            socket.setSoTimeout(IDLE_MILLIS);
            socket.setTcpNoDelay(true);
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                int length = in.readUnsignedShort();
                var bytes = in.readNBytes(length);
                if (bytes.length < length) {
                    return;
                }
                responder.respond(bytes, socket.getInetAddress(), Message.MAXLENGTH, connection::send);
            }
        } catch (IOException e) {
            log.debug("a connection ended: {}", e.getMessage());
        } finally {
            open.remove(connection);
            places.release();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(TcpServer::close);
    }
}
