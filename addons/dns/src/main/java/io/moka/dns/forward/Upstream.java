package io.moka.dns.forward;

import io.moka.dns.wire.Query;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/// One upstream server. Each question uses a socket of its own, so that a forged answer has to guess both the port and the id.
final class Upstream {

    private static final int RECEIVE_BYTES = 4096;

    private final InetSocketAddress address;
    // written by Upstreams: whether the server answered the last time, and whether it forwards to this server
    private volatile boolean healthy = true;
    private volatile boolean loops;

    Upstream(InetSocketAddress address) {
        this.address = address;
    }

    boolean isHealthy() {
        return healthy;
    }

    void setHealthy(boolean answers) {
        healthy = answers;
    }

    boolean loops() {
        return loops;
    }

    void setLoops() {
        loops = true;
    }

    /// Sends a query by UDP, and again by TCP when the answer was truncated.
    ///
    /// @throws IOException when the server cannot be reached or does not answer in time
    Message exchange(Message query, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        var answer = byDatagram(query, deadline);
        return answer.getHeader().getFlag(Flags.TC) ? byTcp(query, deadline) : answer;
    }

    private Message byDatagram(Message query, long deadline) throws IOException {
        var bytes = query.toWire(Query.LARGEST_DATAGRAM);
        try (var socket = new DatagramSocket()) {
            socket.connect(address);
            socket.send(new DatagramPacket(bytes, bytes.length));
            var packet = new DatagramPacket(new byte[RECEIVE_BYTES], RECEIVE_BYTES);
            while (true) {
                socket.setSoTimeout(millisUntil(deadline));
                socket.receive(packet);
                var answer = answerTo(query, Arrays.copyOf(packet.getData(), packet.getLength()));
                if (answer != null) {
                    return answer;
                }
            }
        }
    }

    private Message byTcp(Message query, long deadline) throws IOException {
        var bytes = query.toWire(Message.MAXLENGTH);
        try (var socket = new Socket()) {
            socket.connect(address, millisUntil(deadline));
            socket.setSoTimeout(millisUntil(deadline));
            socket.getOutputStream().write(ByteBuffer.allocate(2 + bytes.length).putShort((short) bytes.length).put(bytes).array());
            var in = new DataInputStream(socket.getInputStream());
            var answer = answerTo(query, in.readNBytes(in.readUnsignedShort()));
            if (answer == null) {
                throw new IOException("answers another question");
            }
            return answer;
        }
    }

    /// Returns the message if it answers the query; null for any other datagram, which may come from another sender.
    private static @Nullable Message answerTo(Message query, byte[] bytes) throws IOException {
        if (bytes.length < Query.HEADER_BYTES || ((bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF) != query.getHeader().getID()) {
            return null;
        }
        var answer = new Message(bytes);
        return answer.getHeader().getFlag(Flags.QR) && query.getQuestion().equals(answer.getQuestion()) ? answer : null;
    }

    private static int millisUntil(long deadline) throws SocketTimeoutException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) left;
    }

    /// Returns the address, and the port if it is not 53.
    @Override
    public String toString() {
        var host = address.getAddress().getHostAddress();
        return address.getPort() == 53 ? host : host + "#" + address.getPort();
    }
}
