package io.moka.dns.server;

import io.moka.machinery.thread.NeededThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves DNS over UDP. A few platform threads share the socket; each answers the queries that it receives.
public final class UdpServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UdpServer.class);
    private static final int THREADS = 2;
    private static final int RECEIVE_BYTES = 4096;
    /// Receive buffer of the socket, in bytes: the kernel keeps queries there while all threads are busy.
    private static final int BACKLOG_BYTES = 4 << 20;

    private final DatagramChannel channel;
    private final Responder responder;

    private UdpServer(DatagramChannel channel, Responder responder) {
        this.channel = channel;
        this.responder = responder;
    }

    public static UdpServer start(InetSocketAddress address, Responder responder) throws IOException {
        var channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BACKLOG_BYTES);
        channel.bind(address);
        var server = new UdpServer(channel, responder);
        for (int i = 0; i < THREADS; i++) {
            NeededThread.unstartedPlatform("udp-" + i, server::receive).start();
        }
        return server;
    }

    public int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private void receive() {
        var buffer = ByteBuffer.allocateDirect(RECEIVE_BYTES);
        while (channel.isOpen()) {
            try {
                buffer.clear();
                var source = (InetSocketAddress) channel.receive(buffer);
                var bytes = new byte[buffer.flip().remaining()];
                buffer.get(bytes);
                responder.respond(bytes, source.getAddress(), 0, answer -> send(answer, source));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException("the socket of the server's datagrams", e);
            } catch (RuntimeException e) {
                log.error("a query could not be answered", e);
            }
        }
    }

    private void send(byte[] answer, InetSocketAddress to) {
        try {
            channel.send(ByteBuffer.wrap(answer), to);
        } catch (IOException e) {
            log.debug("no answer to {}: {}", to, e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
