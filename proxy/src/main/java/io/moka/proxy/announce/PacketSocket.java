package io.moka.proxy.announce;

import static io.moka.machinery.foreign.NativeFunctions.STATE;
import static io.moka.machinery.foreign.NativeFunctions.errno;
import static io.moka.machinery.foreign.NativeFunctions.find;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// A socket that sends and receives whole Ethernet frames of one protocol at one interface (`AF_PACKET`), which the JDK has no class for.
final class PacketSocket implements AutoCloseable {

    static final int ARP = 0x0806;
    static final int IPV6 = 0x86DD;

    private static final short AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int FRAME_BYTES = 1_600;
    private static final int ADDRESS_BYTES = 20;
    private static final long TIMEOUT_MICROS = 500_000;

    private static final MethodHandle SOCKET = find("socket", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SETSOCKOPT = find("setsockopt", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle BIND = find("bind", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle SEND = find("send", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT));
    private static final MethodHandle RECV = find("recv", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE = find("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    /// One instruction of a classic BPF program.
    record Instruction(int code, int ifTrue, int ifFalse, int value) {
    }

    private final int descriptor;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(FRAME_BYTES);

    private PacketSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /// @param filter which frames to receive; empty for all of the protocol
    static PacketSocket open(int interfaceIndex, int protocol, Instruction... filter) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            // without a protocol at first, so that no frame comes before the filter is there
            int descriptor = checked((int) SOCKET.invokeExact(state, (int) AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), state, "open a packet socket");
            var socket = new PacketSocket(descriptor);
            try {
                socket.configure(arena, state, filter);
                var address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
                address.set(ValueLayout.JAVA_SHORT, 0, AF_PACKET);
                address.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) protocol);
                address.set(ValueLayout.JAVA_INT, 4, interfaceIndex);
                checked((int) BIND.invokeExact(state, descriptor, address, ADDRESS_BYTES), state, "bind a packet socket");
                return socket;
            } catch (Throwable e) {
                socket.close();
                throw e;
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private void configure(Arena arena, MemorySegment state, Instruction... filter) throws Throwable {
        var timeout = arena.allocate(2 * Long.BYTES, Long.BYTES);
        timeout.set(ValueLayout.JAVA_LONG, Long.BYTES, TIMEOUT_MICROS);
        checked((int) SETSOCKOPT.invokeExact(state, descriptor, SOL_SOCKET, SO_RCVTIMEO, timeout, 2 * Long.BYTES), state, "set a time-out");
        if (filter.length > 0) {
            var code = arena.allocate(8L * filter.length, Long.BYTES);
            for (int i = 0; i < filter.length; i++) {
                code.set(ValueLayout.JAVA_SHORT, 8L * i, (short) filter[i].code);
                code.set(ValueLayout.JAVA_BYTE, 8L * i + 2, (byte) filter[i].ifTrue);
                code.set(ValueLayout.JAVA_BYTE, 8L * i + 3, (byte) filter[i].ifFalse);
                code.set(ValueLayout.JAVA_INT, 8L * i + 4, filter[i].value);
            }
            var program = arena.allocate(2 * Long.BYTES, Long.BYTES);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) filter.length);
            program.set(ValueLayout.ADDRESS, Long.BYTES, code);
            checked((int) SETSOCKOPT.invokeExact(state, descriptor, SOL_SOCKET, SO_ATTACH_FILTER, program, 2 * Long.BYTES), state, "attach a filter");
        }
    }

    /// Sends a frame, its Ethernet header included. Safe for any number of threads.
    void send(byte[] frame) throws IOException {
        try (var own = Arena.ofConfined()) {
            var state = own.allocate(STATE);
            var bytes = own.allocateFrom(ValueLayout.JAVA_BYTE, frame);
            long sent = (long) SEND.invokeExact(state, descriptor, bytes, (long) frame.length, 0);
            if (sent < 0) {
                throw failure("send a frame", state);
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// Waits for a frame for half a second; null where none came. One thread alone.
    byte @Nullable [] receive() throws IOException {
        try (var own = Arena.ofConfined()) {
            var state = own.allocate(STATE);
            long length = (long) RECV.invokeExact(state, descriptor, buffer, (long) FRAME_BYTES, 0);
            if (length >= 0) {
                return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            }
            int errno = errno(state);
            if (errno == EAGAIN || errno == EINTR) {
                return null;
            }
            throw failure("receive a frame", state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// To be called when no thread sends or receives any more.
    @Override
    public void close() {
        try (arena; var own = Arena.ofConfined()) {
            var ignored = (int) CLOSE.invokeExact(own.allocate(STATE), descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int checked(int result, MemorySegment state, String what) throws IOException {
        if (result < 0) {
            throw failure(what, state);
        }
        return result;
    }

    private static IOException failure(String what, MemorySegment state) {
        return new IOException("cannot " + what + ": error " + errno(state));
    }

    private static IOException rethrown(Throwable failure) {
        return switch (failure) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        };
    }
}
