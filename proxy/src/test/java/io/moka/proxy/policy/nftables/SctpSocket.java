package io.moka.proxy.policy.nftables;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Sends and receives the first packet of an SCTP association (INIT) through a raw socket, so that a kernel without SCTP will do: what forwards packets
/// and tracks connections knows SCTP in any case. To be used in one thread.
final class SctpSocket implements AutoCloseable {

    /// An INIT that arrived.
    record Arrival(String from, int sourcePort, int port) {
    }

    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_SCTP = 132;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int PACKET_BYTES = 32;
    private static final MethodHandle SOCKET = Libc.function("socket",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SENDTO = Libc.function("sendto", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle RECV = Libc.function("recv",
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE = Libc.function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final Arena arena = Arena.ofShared();
    private final int file;

    SctpSocket() {
        file = (int) call(() -> (int) SOCKET.invokeExact(AF_INET, SOCK_RAW, IPPROTO_SCTP));
        if (file < 0) {
            throw new IllegalStateException("no raw socket (the test needs root)");
        }
    }

    private interface Native {
        long call() throws Throwable;
    }

    private static long call(Native function) {
        try {
            return function.call();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void sendInit(String to, int sourcePort, int port) {
        var packet = ByteBuffer.allocate(PACKET_BYTES).putShort((short) sourcePort).putShort((short) port).putInt(0).putInt(0)
                .put((byte) 1).put((byte) 0).putShort((short) 20).putInt(0x1234_5678).putInt(65_536).putShort((short) 1).putShort((short) 1).putInt(1);
        var checksum = new CRC32C();
        checksum.update(packet.array());
        packet.putInt(8, Integer.reverseBytes((int) checksum.getValue()));
        var bytes = arena.allocate(PACKET_BYTES);
        bytes.copyFrom(MemorySegment.ofArray(packet.array()));
        var address = arena.allocate(16);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        MemorySegment.copy(InetAddress.ofLiteral(to).getAddress(), 0, address, ValueLayout.JAVA_BYTE, 4, 4);
        call(() -> (long) SENDTO.invokeExact(file, bytes, (long) PACKET_BYTES, 0, address, 16));
    }

    /// All that has arrived since the last call.
    List<Arrival> receive() {
        var arrivals = new ArrayList<Arrival>();
        for (var arrival = next(); arrival != null; arrival = next()) {
            arrivals.add(arrival);
        }
        return arrivals;
    }

    private @Nullable Arrival next() {
        try (var scratch = Arena.ofConfined()) {
            var packet = scratch.allocate(256);
            long length = call(() -> (long) RECV.invokeExact(file, packet, 256L, MSG_DONTWAIT));
            if (length < 0) {
                return null;
            }
            var bytes = packet.asSlice(0, length).asByteBuffer();
            int header = (bytes.get(0) & 15) * 4;
            return new Arrival((bytes.get(12) & 255) + "." + (bytes.get(13) & 255) + "." + (bytes.get(14) & 255) + "." + (bytes.get(15) & 255),
                    bytes.getShort(header) & 0xFFFF, bytes.getShort(header + 2) & 0xFFFF);
        }
    }

    @Override
    public void close() {
        call(() -> (int) CLOSE.invokeExact(file));
        arena.close();
    }
}
