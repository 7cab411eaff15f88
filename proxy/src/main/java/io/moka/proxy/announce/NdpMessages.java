package io.moka.proxy.announce;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Reads and writes the messages of neighbour discovery for IPv6 over Ethernet (RFC 4861, RFC 4862). Options of received messages are not read, as the frame
/// names the sender.
record NdpMessages() implements Neighbours {

    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final byte ICMPV6 = 58;
    private static final byte HOP_LIMIT = (byte) 255;
    private static final int ADDRESS_BYTES = 16;
    private static final int PAYLOAD = 14;
    private static final int SOURCE = PAYLOAD + 8;
    private static final int DESTINATION = SOURCE + ADDRESS_BYTES;
    private static final int ICMP = PAYLOAD + 40;
    private static final int TARGET = ICMP + 8;
    private static final int LEAST_BYTES = TARGET + ADDRESS_BYTES;
    private static final int OPTION_BYTES = 8;
    private static final byte SOURCE_OPTION = 1;
    private static final byte TARGET_OPTION = 2;
    private static final int SOLICITED = 0x4000_0000;
    private static final int OVERRIDE = 0x2000_0000;
    private static final byte[] UNSPECIFIED = new byte[ADDRESS_BYTES];
    private static final byte[] ALL_NODES = HexFormat.of().parseHex("ff020000000000000000000000000001");
    private static final byte[] SOLICITED_NODE = HexFormat.of().parseHex("ff0200000000000000000001ff000000");

    @Override
    public int protocol() {
        return PacketSocket.IPV6;
    }

    /// Solicitations and advertisements, by the header's next header and the message's type.
    @Override
    public PacketSocket.Instruction[] filter() {
        int load = 0x30;
        int equal = 0x15;
        int give = 0x06;
        return new PacketSocket.Instruction[] {
            new PacketSocket.Instruction(load, 0, 0, PAYLOAD + 6),
            new PacketSocket.Instruction(equal, 0, 4, ICMPV6),
            new PacketSocket.Instruction(load, 0, 0, ICMP),
            new PacketSocket.Instruction(equal, 1, 0, SOLICITATION),
            new PacketSocket.Instruction(equal, 0, 1, ADVERTISEMENT),
            new PacketSocket.Instruction(give, 0, 0, 0xFFFF),
            new PacketSocket.Instruction(give, 0, 0, 0),
        };
    }

    /// The group that a machine with this address listens to.
    static InetAddress group(InetAddress address) {
        var group = SOLICITED_NODE.clone();
        System.arraycopy(address.getAddress(), 13, group, 13, 3);
        return inet(group);
    }

    @Override
    public @Nullable Message parse(byte[] frame) {
        // a hop limit of 255 says that no router passed the message on
        if (frame.length < LEAST_BYTES || frame[PAYLOAD + 6] != ICMPV6 || frame[PAYLOAD + 7] != HOP_LIMIT) {
            return null;
        }
        var target = inet(Arrays.copyOfRange(frame, TARGET, TARGET + ADDRESS_BYTES));
        var source = Arrays.copyOfRange(frame, SOURCE, DESTINATION);
        var from = Mac.at(frame, Mac.LENGTH);
        return switch (frame[ICMP] & 0xFF) {
            case SOLICITATION -> new Message.Question(target, from, Arrays.equals(source, UNSPECIFIED) ? null : inet(source));
            case ADVERTISEMENT -> new Message.Claim(target, from);
            default -> null;
        };
    }

    private static InetAddress inet(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError("the length is right", e);
        }
    }

    @Override
    public byte[] probe(InetAddress address, Mac own) {
        var group = group(address).getAddress();
        return frame(multicast(group), own, UNSPECIFIED, group, SOLICITATION, 0, address, new byte[0]);
    }

    @Override
    public byte[] announcement(InetAddress address, Mac own) {
        return frame(multicast(ALL_NODES), own, address.getAddress(), ALL_NODES, ADVERTISEMENT, OVERRIDE, address, option(TARGET_OPTION, own));
    }

    /// A machine that only probes cannot be answered at an address: all machines are.
    @Override
    public byte[] answer(Message.Question question, Mac own) {
        var asking = question.asking();
        return asking == null ? announcement(question.address(), own)
                : frame(question.from(), own, question.address().getAddress(), asking.getAddress(), ADVERTISEMENT, SOLICITED | OVERRIDE, question.address(),
                        option(TARGET_OPTION, own));
    }

    /// A question as a machine with an address asks it.
    static byte[] question(InetAddress target, InetAddress asking, Mac own) {
        var group = group(target).getAddress();
        return frame(multicast(group), own, asking.getAddress(), group, SOLICITATION, 0, target, option(SOURCE_OPTION, own));
    }

    private static Mac multicast(byte[] group) {
        return new Mac(new byte[] {0x33, 0x33, group[12], group[13], group[14], group[15]});
    }

    private static byte[] option(byte type, Mac mac) {
        return ByteBuffer.allocate(OPTION_BYTES).put(type).put((byte) 1).put(mac.bytes()).array();
    }

    private static byte[] frame(Mac to, Mac from, byte[] source, byte[] destination, int type, int flags, InetAddress target, byte[] option) {
        int length = 8 + ADDRESS_BYTES + option.length;
        var frame = ByteBuffer.allocate(ICMP + length).put(to.bytes()).put(from.bytes()).putShort((short) PacketSocket.IPV6)
                .putInt(0x6000_0000).putShort((short) length).put(ICMPV6).put(HOP_LIMIT).put(source).put(destination)
                .put((byte) type).put((byte) 0).putShort((short) 0).putInt(flags).put(target.getAddress()).put(option);
        return frame.putShort(ICMP + 2, checksum(frame, length)).array();
    }

    /// The sum over the addresses, the length, the protocol and the message.
    private static short checksum(ByteBuffer frame, int length) {
        long sum = length + ICMPV6;
        for (int i = SOURCE; i < frame.capacity(); i += 2) {
            sum += frame.getShort(i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (short) ~((sum & 0xFFFF) + (sum >>> 16));
    }
}
