package io.moka.cluster;

import io.moka.machinery.net.Ipv4Range;

/// A flag of `moka up` whose value is a range of IPv4 addresses.
///
/// @param flag names the range in errors
record RangeFlag(String flag, String text, Ipv4Range range) {

    /// @param shortest the shortest prefix, which makes the largest range
    /// @param longest the longest prefix, which makes the smallest range
    /// @throws ClusterException when the text is not a range, or a range that is too small, too large or begins in another one
    static RangeFlag parse(String flag, String text, int shortest, int longest) {
        var range = range(flag, text);
        if (range.prefixLength() < shortest || range.prefixLength() > longest) {
            throw new ClusterException(flag + " " + text + ": the prefix must have " + shortest + " to " + longest + " bits");
        }
        if (!range.toString().equals(text)) {
            throw new ClusterException(flag + " " + text + ": this is not the first address of a /" + range.prefixLength());
        }
        return new RangeFlag(flag, text, range);
    }

    private static Ipv4Range range(String flag, String text) {
        try {
            return Ipv4Range.parse(text);
        } catch (IllegalArgumentException noRange) {
            throw new ClusterException(flag + " " + text + ": this is no range of IPv4 addresses; give one such as 10.1.0.0/16");
        }
    }

    /// @throws ClusterException when the ranges have an address in common
    static void requireApart(RangeFlag one, RangeFlag other) {
        if (one.range.overlaps(other.range)) {
            throw new ClusterException(one.flag + " " + one.text + " and " + other.flag + " " + other.text + " overlap; give two ranges that do not");
        }
    }
}
