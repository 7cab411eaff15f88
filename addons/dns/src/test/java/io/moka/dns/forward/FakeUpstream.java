package io.moka.dns.forward;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A name server on a loopback port that answers as a test wants.
public final class FakeUpstream implements AutoCloseable {

    /// Says what is answered; null for silence.
    public interface Script {
        @Nullable Message answer(Message query, boolean tcp) throws IOException;
    }

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<Record> questions = new CopyOnWriteArrayList<>();
    private volatile Script script;

    public FakeUpstream(Script script) throws IOException {
        this.script = script;
        this.tcp = new ServerSocket();
        this.udp = bindBoth();
        Thread.ofVirtual().start(this::serveUdp);
        Thread.ofVirtual().start(this::serveTcp);
    }

    /// Finds a port that is free for both protocols: that of a UDP socket may be another program's TCP port.
    private DatagramSocket bindBoth() throws IOException {
        while (true) {
            var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try {
                tcp.bind(socket.getLocalSocketAddress(), 16);
                return socket;
            } catch (BindException taken) {
                socket.close();
            }
        }
    }

    /// An answer with these records, written as in a zone file: `name ttl type data`.
    public static Message reply(Message query, int rcode, int section, String... records) throws IOException {
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RD);
        answer.getHeader().setRcode(rcode);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        for (var text : records) {
            var words = text.split(" ", 4);
            answer.addRecord(Record.fromString(Name.fromString(words[0]), Type.value(words[2]), 1, Long.parseLong(words[1]), words[3], Name.root), section);
        }
        return answer;
    }

    public static Message found(Message query, String... records) throws IOException {
        return reply(query, Rcode.NOERROR, Section.ANSWER, records);
    }

    public static Message absent(Message query) throws IOException {
        return reply(query, Rcode.NXDOMAIN, Section.AUTHORITY, "org. 60 SOA ns.org. admin.org. 1 2 3 4 20");
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    public void script(Script other) {
        script = other;
    }

    /// How often the name was asked.
    public long asked(String name) {
        return questions.stream().filter(question -> question.getName().toString().equalsIgnoreCase(name)).count();
    }

    private @Nullable Message answer(byte[] bytes, boolean byTcp) throws IOException {
        var query = new Message(bytes);
        questions.add(query.getQuestion());
        return script.answer(query, byTcp);
    }

    private void serveUdp() {
        var packet = new DatagramPacket(new byte[4096], 4096);
        try {
            while (true) {
                packet.setLength(4096);
                udp.receive(packet);
                var answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()), false);
                if (answer != null) {
                    var bytes = answer.toWire(1232);
                    udp.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
            }
        } catch (SocketException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serveTcp() {
        try {
            while (true) {
                try (var socket = tcp.accept()) {
                    var in = new DataInputStream(socket.getInputStream());
                    var answer = answer(in.readNBytes(in.readUnsignedShort()), true);
                    if (answer != null) {
                        var bytes = answer.toWire(Message.MAXLENGTH);
                        socket.getOutputStream().write(ByteBuffer.allocate(2 + bytes.length).putShort((short) bytes.length).put(bytes).array());
                    }
                }
            }
        } catch (SocketException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
