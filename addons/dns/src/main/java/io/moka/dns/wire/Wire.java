package io.moka.dns.wire;

import java.io.IOException;

/// Parses positions in a message's bytes.
final class Wire {

    private static final int POINTER = 0xC0;

    private Wire() {
    }

    /// Returns the position after a name; a compression pointer ends the name.
    static int skipName(byte[] bytes, int start) throws IOException {
        int at = start;
        while (at < bytes.length) {
            int length = bytes[at] & 0xFF;
            if (length == 0) {
                return at + 1;
            }
            if ((length & POINTER) == POINTER) {
                return at + 2;
            }
            at += 1 + length;
        }
        throw new IOException("a name goes beyond the message");
    }

    static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    static void putU16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    static long u32(byte[] bytes, int at) {
        return (long) u16(bytes, at) << 16 | u16(bytes, at + 2);
    }

    static void putU32(byte[] bytes, int at, long value) {
        putU16(bytes, at, (int) (value >> 16));
        putU16(bytes, at + 2, (int) value);
    }
}
