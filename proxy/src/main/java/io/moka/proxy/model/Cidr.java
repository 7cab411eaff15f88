package io.moka.proxy.model;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A range of addresses, such as `10.0.0.0/8`. A single address is a range of one.
///
/// @param first the first address, with all bits beyond the prefix zero
public record Cidr(IpFamily family, BigInteger first, int prefix) {

    private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");

    /// Returns the range, or null if the text is not one. Bits beyond the prefix are ignored: `10.1.2.3/8` is `10.0.0.0/8`.
    public static @Nullable Cidr parse(String text) {
        var plain = text.strip();
        int slash = plain.indexOf('/');
        var address = slash < 0 ? plain : plain.substring(0, slash);
        var family = IpFamily.of(address);
        var length = slash < 0 ? Integer.toString(family.bits()) : plain.substring(slash + 1);
        if (!family.isAddress(address) || !LENGTH.matcher(length).matches() || Integer.parseInt(length) > family.bits()) {
            return null;
        }
        int host = family.bits() - Integer.parseInt(length);
        var first = new BigInteger(1, InetAddress.ofLiteral(address).getAddress()).shiftRight(host).shiftLeft(host);
        return new Cidr(family, first, Integer.parseInt(length));
    }

    /// Returns the texts that are ranges of this family, without any that lies within another: the kernel's interval sets refuse overlaps.
    public static List<String> disjoint(Collection<String> texts, IpFamily family) {
        var ranges = new ArrayList<Cidr>();
        for (var text : texts) {
            var range = parse(text);
            if (range != null && range.family == family && ranges.stream().noneMatch(other -> other.contains(range))) {
                ranges.removeIf(range::contains);
                ranges.add(range);
            }
        }
        return ranges.stream().map(Cidr::toString).toList();
    }

    /// Whether the range contains all of the other.
    public boolean contains(Cidr other) {
        int host = family.bits() - prefix;
        return family == other.family && prefix <= other.prefix && first.shiftRight(host).equals(other.first.shiftRight(host));
    }

    /// Whether any of the ranges contains the address.
    public static boolean anyContains(Collection<String> ranges, String address) {
        var one = parse(address);
        return one != null && ranges.stream().map(Cidr::parse).anyMatch(range -> range != null && range.contains(one));
    }

    /// Returns the range in the form that the kernel's tools take: a single address has no prefix length.
    @Override
    public String toString() {
        var bytes = new byte[family.bits() / 8];
        var digits = first.toByteArray();
        int length = Math.min(digits.length, bytes.length);
        System.arraycopy(digits, digits.length - length, bytes, bytes.length - length, length);
        try {
            var address = InetAddress.getByAddress(bytes).getHostAddress();
            return prefix == family.bits() ? address : address + "/" + prefix;
        } catch (UnknownHostException e) {
            throw new AssertionError("the length is right", e);
        }
    }
}
