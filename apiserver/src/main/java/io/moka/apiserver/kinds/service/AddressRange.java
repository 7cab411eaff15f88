package io.moka.apiserver.kinds.service;

import org.jspecify.annotations.Nullable;

/// A range of IPv4 addresses in CIDR notation. Its first and last address are never given out.
public record AddressRange(int network, int prefixLength) {

    public static AddressRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        Integer address = slash < 0 ? null : address(cidr.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("\"" + cidr + "\" is not an IPv4 range such as 10.96.0.0/12");
        }
        int length = Integer.parseInt(cidr.substring(slash + 1));
        return new AddressRange(address & mask(length), length);
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << (32 - length);
    }

    /// Returns the bits of a dotted address, null when the text is none.
    static @Nullable Integer address(String dotted) {
        String[] parts = dotted.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        int bits = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return null;
            }
            bits = bits << 8 | Integer.parseInt(part);
        }
        return bits;
    }

    static String dotted(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }

    boolean contains(int bits) {
        return (bits & mask(prefixLength)) == network && offset(bits) > 0 && offset(bits) <= count();
    }

    /// Returns the number of addresses that can be given out.
    long count() {
        return Math.max(0, size() - 2);
    }

    private long size() {
        return 1L << (32 - prefixLength);
    }

    /// Returns the size of the lower band: addresses at the beginning that are allocated dynamically only when the others are taken. The size is upstream's.
    long lowerBand() {
        return size() <= 16 ? 0 : Math.min(count(), Math.clamp(size() / 16, 16L, 256L));
    }

    private long offset(int bits) {
        return Integer.toUnsignedLong(bits) - Integer.toUnsignedLong(network);
    }

    /// Returns the nth address, counted from 1.
    public String at(long offset) {
        return dotted(bitsAt(offset));
    }

    int bitsAt(long offset) {
        return (int) (Integer.toUnsignedLong(network) + offset);
    }

    @Override
    public String toString() {
        return dotted(network) + "/" + prefixLength;
    }
}
