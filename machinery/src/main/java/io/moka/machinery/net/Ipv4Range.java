package io.moka.machinery.net;

import org.jspecify.annotations.Nullable;

/// A range of IPv4 addresses in CIDR notation. Addresses are numbers of 32 bits, the most significant octet first.
///
/// @param network the first address, with all bits beyond the prefix zero
/// @param prefixLength 0 to 32
public record Ipv4Range(int network, int prefixLength) {

    private static final int BITS = 32;
    private static final int OCTETS = 4;

    /// Reads a range; bits beyond the prefix are dropped: `10.1.2.3/8` is `10.0.0.0/8`.
    ///
    /// @throws IllegalArgumentException when the text is not an IPv4 range
    public static Ipv4Range parse(String cidr) {
        var range = parseOrNull(cidr);
        if (range == null) {
            throw new IllegalArgumentException("\"" + cidr + "\" is not an IPv4 range such as 10.96.0.0/12");
        }
        return range;
    }

    /// Reads a range as [#parse] does; null when the text is not an IPv4 range.
    public static @Nullable Ipv4Range parseOrNull(String cidr) {
        int slash = cidr.indexOf('/');
        Integer address = slash < 0 ? null : address(cidr.substring(0, slash));
        var length = cidr.substring(slash + 1);
        if (address == null || !length.matches("[0-9]|[12][0-9]|3[0-2]")) {
            return null;
        }
        int bits = Integer.parseInt(length);
        return new Ipv4Range(address & mask(bits), bits);
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << (BITS - length);
    }

    /// Returns the number of a dotted address; null when the text is none. Octets have no leading zeros, which some programs read as octal.
    public static @Nullable Integer address(String dotted) {
        var parts = dotted.split("\\.", -1);
        if (parts.length != OCTETS) {
            return null;
        }
        int address = 0;
        for (var part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return null;
            }
            address = address << 8 | Integer.parseInt(part);
        }
        return address;
    }

    /// Returns an address in its dotted form.
    public static String dotted(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }

    /// Returns the number of addresses in the range.
    public long size() {
        return 1L << (BITS - prefixLength);
    }

    public boolean contains(int address) {
        return (address & mask(prefixLength)) == network;
    }

    /// Whether the two ranges have an address in common.
    public boolean overlaps(Ipv4Range other) {
        return contains(other.network) || other.contains(network);
    }

    /// Returns the address at a distance from the first one.
    public int at(long offset) {
        return (int) (network + offset);
    }

    /// Returns the distance of an address from the first one; negative or not below the size when it is outside of the range.
    public long offset(int address) {
        return Integer.toUnsignedLong(address) - Integer.toUnsignedLong(network);
    }

    @Override
    public String toString() {
        return dotted(network) + "/" + prefixLength;
    }
}
