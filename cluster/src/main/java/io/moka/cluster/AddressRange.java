package io.moka.cluster;

import java.util.regex.Pattern;

/// A range of IPv4 addresses in CIDR notation, as the flags of `moka up` give it.
///
/// @param flag names the range in errors
/// @param first the first address, as a number
record AddressRange(String flag, String text, long first, int prefixLength) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");
    private static final int OCTETS = 4;

    /// @param shortest the shortest prefix, which makes the largest range
    /// @param longest the longest prefix, which makes the smallest range
    /// @throws ClusterException when the text is not a range, or a range that is too small, too large or begins in another one
    static AddressRange parse(String flag, String text, int shortest, int longest) {
        var parts = FORM.matcher(text);
        long first = 0;
        for (int octet = 1; octet <= OCTETS; octet++) {
            int value = parts.matches() ? Integer.parseInt(parts.group(octet)) : 256;
            if (value > 255) {
                throw new ClusterException(flag + " " + text + ": this is no range of IPv4 addresses; give one such as 10.1.0.0/16");
            }
            first = first << 8 | value;
        }
        var range = new AddressRange(flag, text, first, Integer.parseInt(parts.group(OCTETS + 1)));
        if (range.prefixLength < shortest || range.prefixLength > longest) {
            throw new ClusterException(flag + " " + text + ": the prefix must have " + shortest + " to " + longest + " bits");
        }
        if (first % range.size() != 0) {
            throw new ClusterException(flag + " " + text + ": this is not the first address of a /" + range.prefixLength);
        }
        return range;
    }

    /// @throws ClusterException when the ranges have an address in common
    static void requireApart(AddressRange one, AddressRange other) {
        if (one.first < other.first + other.size() && other.first < one.first + one.size()) {
            throw new ClusterException(one.flag + " " + one.text + " and " + other.flag + " " + other.text + " overlap; give two ranges that do not");
        }
    }

    private long size() {
        return 1L << Integer.SIZE - prefixLength;
    }
}
