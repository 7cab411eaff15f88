package io.moka.dns.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.moka.dns.cluster.FixedView;
import io.moka.dns.forward.FakeUpstream;
import io.moka.dns.forward.Forwarder;
import io.moka.dns.search.SearchPaths;
import io.moka.machinery.testing.Await;
import io.moka.machinery.time.TimeSource;
import io.moka.machinery.time.VirtualTime;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// The whole server on loopback ports; the asking pod is the one that has 127.0.0.1.
class DnsServerTest {

    private static final int PATIENCE_MILLIS = 5_000;
    /// The length of an EDNS record without options, and the place of the low byte of the number of additional records.
    private static final int EDNS_BYTES = 11;
    private static final int ADDITIONAL_COUNT = 11;
    private static final String ZONE = ".svc.cluster.local.";

    private final VirtualTime time = new VirtualTime();
    private FakeUpstream upstream;
    private DnsServer server;
    private volatile boolean synced = true;
    private volatile boolean failing;

    @BeforeEach
    void start() throws IOException {
        upstream = new FakeUpstream((query, tcp) -> switch (query.getQuestion().getName().toString().toLowerCase(Locale.ROOT)) {
            case "www.example.com." -> query.getQuestion().getType() == Type.A ? FakeUpstream.found(query, "www.example.com. 60 CNAME edge.example.net.", "edge.example.net. 60 A 192.0.2.80")
                    : FakeUpstream.found(query, "www.example.com. 60 CNAME edge.example.net.");
            case "big.example.com." -> FakeUpstream.found(query, "big.example.com. 60 TXT " + ("\"" + "x".repeat(200) + "\" ").repeat(5));
            default -> FakeUpstream.absent(query);
        });
        var view = FixedView.read(DnsServerTest.class, "cluster.yaml");
        server = new DnsServer(Name.fromConstantString("cluster.local."), view, this::isSynced, SearchPaths.parse(List.of()),
                new Forwarder(List.of(upstream.address()), TimeSource.SYSTEM, new SimpleMeterRegistry()), new SimpleMeterRegistry(), time);
        server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private boolean isSynced() {
        if (failing) {
            throw new IllegalStateException("a defect");
        }
        return synced;
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        upstream.close();
    }

    private static Message query(String name, String type) throws TextParseException {
        return Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), Type.value(type), DClass.IN));
    }

    private byte[] udp(byte[] query) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(InetAddress.getLoopbackAddress(), server.port());
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(query, query.length));
            var packet = new DatagramPacket(new byte[4096], 4096);
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }
    }

    private Message udp(Message query) throws IOException {
        return new Message(udp(query.toWire(4096)));
    }

    private Message tcp(Message query) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            var bytes = query.toWire(4096);
            socket.getOutputStream().write(ByteBuffer.allocate(2 + bytes.length).putShort((short) bytes.length).put(bytes).array());
            var in = new DataInputStream(socket.getInputStream());
            return new Message(in.readNBytes(in.readUnsignedShort()));
        }
    }

    private static String answers(Message message) {
        return Rcode.string(message.getRcode()) + message.getSection(Section.ANSWER).stream()
                .map(record -> " " + Type.string(record.getType()) + " " + record.rdataToString()).sorted().collect(Collectors.joining());
    }

    @Test
    void aClientThatLeavesItsAnswersUnreadIsDisconnected() throws IOException {
        var query = query("web.shop.svc.cluster.local", "A").toWire(4096);
        var bytes = ByteBuffer.allocate(2 + query.length).putShort((short) query.length).put(query).flip();
        try (var client = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))) {
            client.configureBlocking(false);
            var refused = new AtomicInteger();
            Await.until("the server reads no more queries", () -> writes(client, bytes) ? refused.getAndSet(0) < 0 : refused.incrementAndGet() > 50);
            time.passOnceAsleep(1, Duration.ofSeconds(5));
            assertFalse(isClosed(client));
            for (int i = 0; i < 3; i++) {
                time.passOnceAsleep(1, Duration.ofSeconds(5));
            }
            Await.until("the connection is closed", () -> isClosed(client));
        }
    }

    /// Sends as many queries as the connection takes; false when it takes nothing.
    private static boolean writes(SocketChannel client, ByteBuffer query) {
        try {
            boolean any = false;
            while (query.hasRemaining() || query.rewind().hasRemaining()) {
                if (client.write(query) == 0) {
                    return any;
                }
                any = true;
            }
            return any;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isClosed(SocketChannel client) {
        try {
            return client.write(ByteBuffer.allocate(1)) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void aQueryThatCannotBeAnsweredGetsAServerFailure() throws IOException {
        failing = true;

        assertEquals("SERVFAIL", answers(udp(query("absent.shop.svc.cluster.local", "A"))));
        assertEquals("SERVFAIL", answers(tcp(query("absent.shop.svc.cluster.local", "A"))));
    }

    @Test
    void namesOfTheClusterAreAnsweredWithAuthority() throws IOException {
        var answer = udp(query("Web.Shop.svc.cluster.local", "A"));

        assertEquals("NOERROR A 10.96.0.20", answers(answer));
        assertTrue(answer.getHeader().getFlag(Flags.AA) && answer.getHeader().getFlag(Flags.RA) && answer.getHeader().getFlag(Flags.RD));
        assertEquals("Web.Shop.svc.cluster.local.", answer.getQuestion().getName().toString());
        assertEquals("Web.Shop.svc.cluster.local.", answer.getSection(Section.ANSWER).getFirst().getName().toString());
        assertEquals(answers(answer), answers(tcp(query("web.shop.svc.cluster.local", "A"))));
    }

    @Test
    void negativeAnswersCarryTheZonesSoa() throws IOException {
        for (var name : List.of("none.other.svc.cluster.local.", "shop.svc.cluster.local.")) {
            var answer = udp(query(name, "A"));
            assertEquals("cluster.local.", answer.getSection(Section.AUTHORITY).getFirst().getName().toString());
            assertEquals(Type.SOA, answer.getSection(Section.AUTHORITY).getFirst().getType());
        }
    }

    @Test
    void untilAllIsKnownTheClustersNamesFailAndOthersDoNot() throws IOException {
        synced = false;
        assertEquals("SERVFAIL", answers(udp(query("web.shop.svc.cluster.local", "A"))));
        assertTrue(answers(udp(query("www.example.com", "A"))).startsWith("NOERROR"));
    }

    @Test
    void anExternalNameIsFollowedInOneAnswer() throws IOException {
        assertEquals("NOERROR A 192.0.2.80 CNAME edge.example.net. CNAME ext.shop.svc.cluster.local. CNAME www.example.com.", answers(udp(query("far.shop.svc.cluster.local", "A"))));
        assertEquals("NOERROR A 10.96.0.20 CNAME web.shop.svc.cluster.local.", answers(udp(query("near.shop.svc.cluster.local", "A"))));
    }

    @Test
    void aNameOfTheOutsideKeepsItsSpellingAlsoFromTheCache() throws IOException {
        udp(query("www.example.com", "A"));
        var answer = udp(query("WWW.Example.com", "A"));

        assertEquals("NOERROR A 192.0.2.80 CNAME edge.example.net.", answers(answer));
        assertEquals("WWW.Example.com.", answer.getQuestion().getName().toString());
        assertEquals("WWW.Example.com.", answer.getSection(Section.ANSWER).getFirst().getName().toString());
        assertEquals(1, upstream.asked("www.example.com."));
        assertFalse(answer.getHeader().getFlag(Flags.AA));
    }

    /// The first query that a resolver sends for `www.example.com` in a pod of the namespace `default` gets the final answer.
    @Test
    void theSearchPathCostsOneQuery() throws IOException {
        var a = udp(query("www.example.com.default.svc.cluster.local", "A"));
        assertEquals("NOERROR A 192.0.2.80 CNAME edge.example.net. CNAME www.example.com.", answers(a));
        assertEquals("www.example.com.default.svc.cluster.local.", a.getSection(Section.ANSWER).getFirst().getName().toString());
        assertEquals("NOERROR CNAME edge.example.net. CNAME www.example.com.", answers(udp(query("www.example.com.default.svc.cluster.local", "AAAA"))));
        assertEquals("NOERROR A 10.96.0.20 CNAME web.shop.svc.cluster.local.", answers(udp(query("web.shop.default.svc.cluster.local", "A"))));
        assertEquals("NXDOMAIN", answers(udp(query("none.example.com.default.svc.cluster.local", "A"))));
        assertEquals("NXDOMAIN", answers(udp(query("www.example.com.other.svc.cluster.local", "A"))), "another namespace's names are not the pod's search");
        assertEquals("NXDOMAIN", answers(udp(query("www.example.com.svc.cluster.local", "A"))), "the second step of a search");
    }

    @Test
    void anAnswerIsAsLongAsTheAskerCanTake() throws IOException {
        var small = udp(query("many.shop.svc.cluster.local", "A"));
        assertTrue(small.getHeader().getFlag(Flags.TC) && small.numBytes() <= 512, small.numBytes() + " bytes");
        var query = query("many.shop.svc.cluster.local", "A");
        query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        var large = udp(query);
        assertEquals(60, large.getSection(Section.ANSWER).size());
        assertEquals(1232, large.getOPT().getPayloadSize());
        assertFalse(large.getHeader().getFlag(Flags.TC));
        assertEquals(60, tcp(query("many.shop.svc.cluster.local", "A")).getSection(Section.ANSWER).size());
    }

    @Test
    void aForwardedAnswerIsAsLongAsTheAskerCanTake() throws IOException {
        var small = udp(query("big.example.com", "TXT"));
        assertTrue(small.getHeader().getFlag(Flags.TC) && small.getSection(Section.ANSWER).isEmpty());
        assertEquals(1, tcp(query("big.example.com", "TXT")).getSection(Section.ANSWER).size());
        assertEquals(1, upstream.asked("big.example.com."));
    }

    @ParameterizedTest
    @CsvSource({"0, IN, A, NOERROR", "2, IN, A, NOTIMP", "4, IN, A, NOTIMP", "5, IN, A, NOTIMP", "0, CH, TXT, REFUSED", "0, IN, AXFR, REFUSED", "0, IN, IXFR, REFUSED"})
    void whatIsNoQuestionForThisServerIsRefused(int opcode, String dclass, String type, String expected) throws IOException {
        var query = Message.newQuery(Record.newRecord(Name.fromString("web.shop" + ZONE), Type.value(type), DClass.value(dclass)));
        query.getHeader().setOpcode(opcode);
        var bytes = udp(query.toWire(512));
        assertEquals(expected, Rcode.string(bytes[3] & 0xF), Opcode.string(opcode));
    }

    @Test
    void otherVersionsOfEdnsAreToldApart() throws IOException {
        var query = query("web.shop" + ZONE, "A");
        query.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);
        assertEquals(Rcode.BADVERS, udp(query).getRcode());
    }

    @Test
    void whatCannotBeReadIsAFormatErrorAndAnswersAreNotAnswered() throws IOException {
        var garbage = new byte[] {1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 1};
        assertEquals(Rcode.FORMERR, udp(garbage)[3] & 0xF);
        try (var socket = new DatagramSocket()) {
            socket.connect(InetAddress.getLoopbackAddress(), server.port());
            socket.setSoTimeout(PATIENCE_MILLIS);
            var answer = query("web.shop" + ZONE, "A");
            answer.getHeader().setFlag(Flags.QR);
            var question = query("web.shop" + ZONE, "A");
            socket.send(new DatagramPacket(answer.toWire(512), answer.numBytes()));
            socket.send(new DatagramPacket(question.toWire(512), question.numBytes()));
            var packet = new DatagramPacket(new byte[512], 512);
            socket.receive(packet);
            assertEquals(question.getHeader().getID(), new Message(Arrays.copyOf(packet.getData(), packet.getLength())).getHeader().getID());
        }
    }

    /// As C libraries do it: both types from one port, one right after the other.
    @Test
    void pairsFromOnePortAreAllAnswered() throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(InetAddress.getLoopbackAddress(), server.port());
            socket.setSoTimeout(PATIENCE_MILLIS);
            var packet = new DatagramPacket(new byte[512], 512);
            for (int i = 0; i < 1_000; i++) {
                var ids = new HashSet<Integer>();
                for (var type : List.of("A", "AAAA")) {
                    var query = query("web.shop" + ZONE, type);
                    query.getHeader().setID(2 * i + (type.equals("A") ? 0 : 1));
                    ids.add(query.getHeader().getID());
                    socket.send(new DatagramPacket(query.toWire(512), query.numBytes()));
                }
                while (!ids.isEmpty()) {
                    packet.setLength(512);
                    socket.receive(packet);
                    assertTrue(ids.remove(new Message(Arrays.copyOf(packet.getData(), packet.getLength())).getHeader().getID()));
                }
            }
        }
    }

    @Test
    void whyTellsTheStepsTheObjectsAndTheDelay() throws IOException {
        var text = server.why().tell("www.example.com", "default/tester", "A");
        assertTrue(text.contains("searches default.svc.cluster.local. svc.cluster.local. cluster.local., ndots 5"), text);
        assertTrue(text.contains("www.example.com.svc.cluster.local. A: does not exist: there is no such service"), text);
        assertTrue(text.matches("(?s).*www\\.example\\.com\\. A: upstream \\S+ says NOERROR \\([0-9.]+ ms\\).*"), text);
        var service = server.why().tell("web.shop", "default/tester", "A");
        assertTrue(service.contains("found, by the service's cluster addresses: Service shop/web (resourceVersion 41)"), service);
        assertTrue(server.why().tell("a", "default/none", "A").contains("there is no pod"));
    }

    /// An answer with 60 addresses has some 1,000 bytes.
    @ParameterizedTest
    @CsvSource({"100, 512, 0", "512, 512, 0", "900, 900, 0", "1232, 1232, 60", "65535, 1232, 60"})
    void theSizeThatTheAskerNamesCountsWithinBounds(int size, int mostBytes, int addresses) throws IOException {
        var query = query("many.shop" + ZONE, "A");
        query.addRecord(new OPTRecord(size, 0, 0), Section.ADDITIONAL);
        var bytes = udp(query.toWire(4096));
        var answer = new Message(bytes);
        assertTrue(bytes.length <= mostBytes, bytes.length + " bytes");
        assertEquals(addresses == 0, answer.getHeader().getFlag(Flags.TC));
        assertTrue(addresses == 0 || answer.getSection(Section.ANSWER).size() == addresses);
        assertEquals(1232, answer.getOPT().getPayloadSize());
    }

    @Test
    void twoEdnsRecordsOrQuestionsAreAFormatError() throws IOException {
        var query = query("web.shop" + ZONE, "A");
        query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        var once = query.toWire(512);
        var twice = Arrays.copyOf(once, once.length + EDNS_BYTES);
        System.arraycopy(once, once.length - EDNS_BYTES, twice, once.length, EDNS_BYTES);
        twice[ADDITIONAL_COUNT] = 2;
        assertEquals(Rcode.FORMERR, udp(twice)[3] & 0xF);
        var two = query("web.shop" + ZONE, "A");
        two.addRecord(Record.newRecord(Name.fromString("near.shop" + ZONE), Type.A, DClass.IN), Section.QUESTION);
        assertEquals(Rcode.FORMERR, udp(two).getRcode());
        var none = new Message(77);
        none.getHeader().setFlag(Flags.RD);
        var refused = udp(none);
        assertEquals("FORMERR 77", Rcode.string(refused.getRcode()) + " " + refused.getHeader().getID());
        assertTrue(refused.getHeader().getFlag(Flags.QR) && refused.getHeader().getFlag(Flags.RD));
    }

    @ParameterizedTest
    @CsvSource({"web.shop.svc.cluster.local, true, true", "web.shop.svc.cluster.local, false, false", "www.example.com, true, false", "www.example.com, false, true"})
    void theFlagsOfTheQueryComeBack(String name, boolean recursion, boolean unchecked) throws IOException {
        var query = query(name, "A");
        query.getHeader().unsetFlag(Flags.RD);
        if (recursion) {
            query.getHeader().setFlag(Flags.RD);
        }
        if (unchecked) {
            query.getHeader().setFlag(Flags.CD);
        }
        query.addRecord(new OPTRecord(1232, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
        var answer = udp(query);
        assertEquals(List.of(true, recursion, unchecked, true), List.of(answer.getHeader().getFlag(Flags.QR), answer.getHeader().getFlag(Flags.RD),
                answer.getHeader().getFlag(Flags.CD), answer.getHeader().getFlag(Flags.RA)));
        assertEquals(ExtendedFlags.DO, answer.getOPT().getFlags());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a..b     | default/tester | A     | no name:
            web.shop | default/tester | XYZ   | there is no type XYZ
            web.shop | tester         | A     | there is no pod tester
            """)
    void whySaysWhatItCannotExplain(String name, String pod, String type, String beginning) throws IOException {
        var text = server.why().tell(name, pod, type);
        assertTrue(text.startsWith(beginning), text);
    }

    @Test
    void whyOfANameThatDoesNotExistTellsAllSteps() throws IOException {
        var text = server.why().tell("nothing", "default/tester", "");
        for (var step : List.of("nothing.default.svc.cluster.local.", "nothing.svc.cluster.local.", "nothing.cluster.local.", "nothing.")) {
            assertTrue(text.contains("  " + step + " A: "), step + " in " + text);
        }
        assertTrue(text.endsWith("result: no such name, or none with a record of type A\n"), text);
    }
}
