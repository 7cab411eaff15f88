package io.moka.proxy.announce;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads and writes the messages of ARP for IPv4 over Ethernet (RFC 826, RFC 5227).
record ArpMessages() implements Neighbours {

    private static final short REQUEST = 1;
    private static final short REPLY = 2;
    private static final int FRAME_BYTES = 42;
    private static final int OPERATION = 20;
    private static final int SENDER_MAC = 22;
    private static final int SENDER = 28;
    private static final int TARGET = 38;
    private static final int ADDRESS_BYTES = 4;
    private static final byte[] UNSPECIFIED = new byte[ADDRESS_BYTES];
    /// ARP, Ethernet, IPv4, and the lengths of their addresses.
    private static final int KINDS_OFFSET = 12;
    private static final long KINDS = 0x0806_0001_0800_0604L;

    @Override
    public int protocol() {
        return PacketSocket.ARP;
    }

    @Override
    public PacketSocket.Instruction[] filter() {
        return new PacketSocket.Instruction[0];
    }

    @Override
    public @Nullable Message parse(byte[] frame) {
        if (frame.length < FRAME_BYTES || ByteBuffer.wrap(frame).getLong(KINDS_OFFSET) != KINDS) {
            return null;
        }
        short operation = ByteBuffer.wrap(frame).getShort(OPERATION);
        var sender = address(frame, SENDER);
        var target = address(frame, TARGET);
        var from = Mac.at(frame, SENDER_MAC);
        boolean probe = Arrays.equals(sender.getAddress(), UNSPECIFIED);
        if (operation == REQUEST && !sender.equals(target)) {
            return new Message.Question(target, from, probe ? null : sender);
        }
        return probe ? null : new Message.Claim(sender, from);
    }

    private static InetAddress address(byte[] frame, int offset) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(frame, offset, offset + ADDRESS_BYTES));
        } catch (UnknownHostException e) {
            throw new AssertionError("the length is right", e);
        }
    }

    @Override
    public byte[] probe(InetAddress address, Mac own) {
        return frame(Mac.BROADCAST, REQUEST, own, UNSPECIFIED, Mac.NONE, address.getAddress());
    }

    @Override
    public byte[] announcement(InetAddress address, Mac own) {
        return frame(Mac.BROADCAST, REQUEST, own, address.getAddress(), Mac.NONE, address.getAddress());
    }

    @Override
    public byte[] answer(Message.Question question, Mac own) {
        var asking = question.asking() == null ? UNSPECIFIED : question.asking().getAddress();
        return frame(question.from(), REPLY, own, question.address().getAddress(), question.from(), asking);
    }

    private static byte[] frame(Mac to, short operation, Mac senderMac, byte[] sender, Mac targetMac, byte[] target) {
        return ByteBuffer.allocate(FRAME_BYTES).put(to.bytes()).put(senderMac.bytes()).putLong(KINDS)
                .putShort(operation).put(senderMac.bytes()).put(sender).put(targetMac.bytes()).put(target).array();
    }
}
