package io.moka.proxy.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.moka.proxy.announce.Neighbours.Message;
import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The frames byte by byte, as other implementations write them.
class MessagesTest {

    private static final Mac OWN = new Mac(HexFormat.of().parseHex("0a0000000001"));
    private static final Mac OTHER = new Mac(HexFormat.of().parseHex("0a0000000002"));
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.168.1.240");
    private static final InetAddress ADDRESS_6 = InetAddress.ofLiteral("fd00::f0");
    private final Neighbours arp = new ArpMessages();
    private final Neighbours ndp = new NdpMessages();

    private static String hex(byte[] frame) {
        return HexFormat.of().formatHex(frame);
    }

    @Test
    void arpFramesAreAsTheStandardHasThem() {
        assertEquals("ffffffffffff" + "0a0000000001" + "0806" + "0001080006040001" + "0a0000000001" + "00000000" + "000000000000" + "c0a801f0", hex(arp.probe(ADDRESS, OWN)));
        assertEquals("ffffffffffff" + "0a0000000001" + "0806" + "0001080006040001" + "0a0000000001" + "c0a801f0" + "000000000000" + "c0a801f0", hex(arp.announcement(ADDRESS, OWN)));
        assertEquals("0a0000000002" + "0a0000000001" + "0806" + "0001080006040002" + "0a0000000001" + "c0a801f0" + "0a0000000002" + "c0a80105",
                hex(arp.answer(new Message.Question(ADDRESS, OTHER, InetAddress.ofLiteral("192.168.1.5")), OWN)));
    }

    @Test
    void arpFramesAreRead() {
        assertEquals(new Message.Question(ADDRESS, OTHER, null), arp.parse(arp.probe(ADDRESS, OTHER)));
        assertEquals(new Message.Claim(ADDRESS, OTHER), arp.parse(arp.announcement(ADDRESS, OTHER)));
        assertEquals(new Message.Claim(ADDRESS, OTHER), arp.parse(arp.answer(new Message.Question(ADDRESS, OWN, InetAddress.ofLiteral("192.168.1.5")), OTHER)));
        assertNull(arp.parse(new byte[41]));
        assertNull(arp.parse(new byte[60]));
    }


    @Test
    void neighbourMessagesAreReadBackAndHaveAValidChecksum() {
        for (var frame : new byte[][] {ndp.probe(ADDRESS_6, OWN), ndp.announcement(ADDRESS_6, OWN), NdpMessages.question(ADDRESS_6, InetAddress.ofLiteral("fd00::5"), OWN),
            ndp.answer(new Message.Question(ADDRESS_6, OTHER, InetAddress.ofLiteral("fd00::5")), OWN)}) {
            assertEquals(0xFFFF, sum(frame));
        }
        assertEquals(new Message.Question(ADDRESS_6, OWN, null), ndp.parse(ndp.probe(ADDRESS_6, OWN)));
        assertEquals(new Message.Claim(ADDRESS_6, OWN), ndp.parse(ndp.announcement(ADDRESS_6, OWN)));
        assertEquals(new Message.Question(ADDRESS_6, OWN, InetAddress.ofLiteral("fd00::5")), ndp.parse(NdpMessages.question(ADDRESS_6, InetAddress.ofLiteral("fd00::5"), OWN)));
        assertEquals("3333ff0000f0" + "0a0000000001" + "86dd" + "60000000" + "0018" + "3aff", hex(ndp.probe(ADDRESS_6, OWN)).substring(0, 44));
    }

    /// The sum that a receiver computes: all ones where the message is whole.
    private static int sum(byte[] frame) {
        long sum = frame.length - 54 + 58;
        for (int i = 22; i < frame.length; i += 2) {
            sum += (frame[i] & 0xFF) << 8 | frame[i + 1] & 0xFF;
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (int) sum;
    }

    @Test
    void aMessageThatARouterPassedOnIsNotBelieved() {
        var frame = ndp.announcement(ADDRESS_6, OWN);
        frame[21] = 64;
        assertNull(ndp.parse(frame));
    }
}
