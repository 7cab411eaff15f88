package io.moka.controllers.loadbalancer;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A range of addresses of one family, both ends included.
///
/// @param family `IPv4` or `IPv6`
record AddressRange(String family, BigInteger first, BigInteger last) {

    /// Reads `192.168.1.240-192.168.1.250`, `192.168.1.240/28` or one address; null where the text is none of them.
    static @Nullable AddressRange parse(String text) {
        try {
            int dash = text.indexOf('-');
            int slash = text.indexOf('/');
            if (slash >= 0) {
                return network(text.substring(0, slash), Integer.parseInt(text.substring(slash + 1)));
            }
            var from = (dash < 0 ? text : text.substring(0, dash)).strip();
            var to = (dash < 0 ? text : text.substring(dash + 1)).strip();
            var range = new AddressRange(family(from), value(from), value(to));
            return range.family.equals(family(to)) && range.first.compareTo(range.last) <= 0 ? range : null;
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }

    private static @Nullable AddressRange network(String address, int prefix) {
        var family = family(address);
        int host = (family.equals("IPv4") ? 32 : 128) - prefix;
        if (host < 0 || prefix < 0) {
            return null;
        }
        var first = value(address).shiftRight(host).shiftLeft(host);
        return new AddressRange(family, first, first.add(BigInteger.ONE.shiftLeft(host)).subtract(BigInteger.ONE));
    }

    /// The family of an address as `spec.ipFamilies` writes it.
    static String family(String address) {
        return address.contains(":") ? "IPv6" : "IPv4";
    }

    /// The usual spelling of an address, by which two are the same; null for what is no address.
    static @Nullable String canonical(@Nullable String address) {
        try {
            return address == null ? null : text(family(address), value(address));
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }

    private static BigInteger value(String address) {
        return new BigInteger(1, InetAddress.ofLiteral(address).getAddress());
    }

    boolean contains(String address) {
        var value = value(address);
        return family.equals(family(address)) && first.compareTo(value) <= 0 && value.compareTo(last) <= 0;
    }

    /// Returns all addresses, the lowest first, as a lazy stream, since a range of IPv6 may be practically endless.
    Stream<String> addresses() {
        return Stream.iterate(first, value -> value.compareTo(last) <= 0, value -> value.add(BigInteger.ONE)).map(value -> text(family, value));
    }

    private static String text(String family, BigInteger value) {
        int groups = family.equals("IPv4") ? 4 : 8;
        int bits = family.equals("IPv4") ? 8 : 16;
        var parts = new ArrayList<Integer>();
        for (int i = groups - 1; i >= 0; i--) {
            parts.add(value.shiftRight(i * bits).intValue() & (1 << bits) - 1);
        }
        return family.equals("IPv4") ? parts.stream().map(Object::toString).collect(Collectors.joining(".")) : compressed(parts);
    }

    /// The spelling of RFC 5952: the first longest run of two or more zeros is left out.
    private static String compressed(List<Integer> groups) {
        int from = groups.size();
        int length = 1;
        for (int i = 0; i < groups.size(); i++) {
            int end = i;
            while (end < groups.size() && groups.get(end) == 0) {
                end++;
            }
            if (end - i > length) {
                from = i;
                length = end - i;
            }
        }
        return from == groups.size() ? hex(groups) : hex(groups.subList(0, from)) + "::" + hex(groups.subList(from + length, groups.size()));
    }

    private static String hex(List<Integer> groups) {
        return groups.stream().map(Integer::toHexString).collect(Collectors.joining(":"));
    }
}
