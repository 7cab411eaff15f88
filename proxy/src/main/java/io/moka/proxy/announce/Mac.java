package io.moka.proxy.announce;

import java.util.Arrays;
import java.util.HexFormat;

/// An Ethernet address.
record Mac(byte[] bytes) {

    static final int LENGTH = 6;
    static final Mac BROADCAST = new Mac(new byte[] {-1, -1, -1, -1, -1, -1});
    static final Mac NONE = new Mac(new byte[LENGTH]);

    static Mac at(byte[] frame, int offset) {
        return new Mac(Arrays.copyOfRange(frame, offset, offset + LENGTH));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mac mac && Arrays.equals(bytes, mac.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").formatHex(bytes);
    }
}
