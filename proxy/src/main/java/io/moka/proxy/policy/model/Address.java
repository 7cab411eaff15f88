package io.moka.proxy.policy.model;

import java.net.InetAddress;
import java.util.regex.Pattern;

/// An IP address as a number, so that ranges of them can be compared.
///
/// @param high the upper half of an IPv6 address; 0 for IPv4
/// @param low the lower half, or the whole of an IPv4 address
public record Address(Family family, long high, long low) implements Comparable<Address> {

    /// IPv4 or IPv6.
    public enum Family {
        IPV4(32), IPV6(128);

        private final int bits;

        Family(int bits) {
            this.bits = bits;
        }

        int bits() {
            return bits;
        }
    }

    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern DOTTED = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");

    /// @throws IllegalArgumentException when the text is no address in digits
    public static Address parse(String text) {
        if (!NUMERIC.matcher(text).matches() || text.indexOf(':') < 0 && !DOTTED.matcher(text).matches()) {
            throw new IllegalArgumentException("not an IP address: \"" + text + "\"");
        }
        var bytes = InetAddress.ofLiteral(text).getAddress();
        return bytes.length == 4 ? new Address(Family.IPV4, 0, number(bytes, 0, 4)) : new Address(Family.IPV6, number(bytes, 0, 8), number(bytes, 8, 16));
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 8 | bytes[i] & 0xFF;
        }
        return number;
    }

    Address next() {
        return new Address(family, low == -1 ? high + 1 : high, low + 1);
    }

    Address previous() {
        return new Address(family, low == 0 && family == Family.IPV6 ? high - 1 : high, low - 1);
    }

    /// The first and the last address with the same leading bits.
    Range network(int prefix) {
        int hostBits = family.bits() - prefix;
        long lowMask = hostBits >= 64 ? -1 : (1L << hostBits) - 1;
        long highMask = hostBits <= 64 ? 0 : hostBits == 128 ? -1 : (1L << hostBits - 64) - 1;
        return new Range(new Address(family, high & ~highMask, low & ~lowMask), new Address(family, high | highMask, low | lowMask));
    }

    /// IPv4 before IPv6; within a family as numbers.
    @Override
    public int compareTo(Address other) {
        int families = family.compareTo(other.family);
        if (families != 0) {
            return families;
        }
        int upper = Long.compareUnsigned(high, other.high);
        return upper != 0 ? upper : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        if (family == Family.IPV4) {
            return (low >>> 24) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
        }
        var text = new StringBuilder();
        for (int shift = 48; shift >= 0; shift -= 16) {
            text.append(Long.toHexString(high >>> shift & 0xFFFF)).append(':');
        }
        for (int shift = 48; shift >= 0; shift -= 16) {
            text.append(Long.toHexString(low >>> shift & 0xFFFF)).append(shift == 0 ? "" : ":");
        }
        return text.toString();
    }
}
