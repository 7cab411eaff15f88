package io.moka.apiserver.extension.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/// The functions `ip` and `cidr`, and those of their results.
final class NetworkFunctions {
    private static final OpaqueType IP = OpaqueType.create("net.IP");
    private static final OpaqueType CIDR = OpaqueType.create("net.CIDR");

    private NetworkFunctions() {}

    /// A range of addresses.
    record Range(InetAddress address, int prefixLength) {
        static Range parse(String text) {
            int slash = text.indexOf('/');
            String bits = text.substring(slash + 1);
            if (slash < 0 || !bits.matches("0|[1-9]\\d{0,2}")) {
                throw new IllegalArgumentException("network address parse error during conversion from string: invalid CIDR address: " + text);
            }
            InetAddress address = addressOf(text.substring(0, slash));
            if (Integer.parseInt(bits) > address.getAddress().length * 8) {
                throw new IllegalArgumentException("network address parse error during conversion from string: prefix length out of range");
            }
            return new Range(address, Integer.parseInt(bits));
        }

        Range masked() {
            byte[] bytes = address.getAddress();
            for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
                bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
            }
            return new Range(of(bytes), prefixLength);
        }

        boolean contains(InetAddress other) {
            return other.getAddress().length == address.getAddress().length && new Range(other, prefixLength).masked().address().equals(masked().address());
        }

        boolean contains(Range other) {
            return other.prefixLength >= prefixLength && contains(other.address);
        }

        @Override
        public String toString() {
            return text(address) + "/" + prefixLength;
        }
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    /// Parses an address by Go's rules: no leading zeros, no zone, no IPv4 in an IPv6 address.
    static InetAddress addressOf(String text) {
        boolean four = text.matches("((0|[1-9]\\d{0,2})(\\.|$)){4}") && !text.endsWith(".");
        boolean six = text.indexOf(':') >= 0 && text.matches("[0-9a-fA-F:]+");
        if (four || six) {
            return InetAddress.ofLiteral(text);
        }
        throw new IllegalArgumentException("IP Address \"" + text + "\" parse error during conversion from string");
    }

    /// Returns the canonical text of an address: the longest run of zeros of an IPv6 address is `::`.
    static String text(InetAddress address) {
        if (address.getAddress().length == 4) {
            return address.getHostAddress();
        }
        String[] words = address.getHostAddress().split(":");
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < words.length; i++) {
            int end = i;
            while (end < words.length && words[end].equals("0")) {
                end++;
            }
            if (end - i > bestLength) {
                best = i;
                bestLength = end - i;
            }
        }
        if (best < 0) {
            return String.join(":", words);
        }
        return String.join(":", List.of(words).subList(0, best)) + "::" + String.join(":", List.of(words).subList(best + bestLength, words.length));
    }

    static void add(FunctionSet functions) {
        List<CelType> string = List.of(SimpleType.STRING);
        functions.global("ip", "string_to_ip", IP, string, List.of(String.class), arguments -> addressOf((String) arguments[0]));
        functions.global("ip", "cidr_to_ip", IP, List.of(CIDR), List.of(Range.class), arguments -> ((Range) arguments[0]).address());
        functions.member("ip", "cidr_ip", IP, List.of(CIDR), List.of(Range.class), arguments -> ((Range) arguments[0]).address());
        functions.global("isIP", "is_ip", SimpleType.BOOL, string, List.of(String.class), arguments -> parses(() -> addressOf((String) arguments[0])));
        functions.global("ip.isCanonical", "ip_is_canonical", SimpleType.BOOL, string, List.of(String.class), arguments -> text(addressOf((String) arguments[0])).equals(arguments[0]));
        functions.global("string", "ip_to_string", SimpleType.STRING, List.of(IP), List.of(InetAddress.class), arguments -> text((InetAddress) arguments[0]));
        functions.global("string", "cidr_to_string", SimpleType.STRING, List.of(CIDR), List.of(Range.class), arguments -> arguments[0].toString());
        functions.member("family", "ip_family", SimpleType.INT, List.of(IP), List.of(InetAddress.class), arguments -> ((InetAddress) arguments[0]).getAddress().length == 4 ? 4L : 6L);
        is(functions, "isUnspecified", InetAddress::isAnyLocalAddress);
        is(functions, "isLoopback", InetAddress::isLoopbackAddress);
        is(functions, "isLinkLocalMulticast", address -> address.isMCLinkLocal() || address.getHostAddress().startsWith("224.0.0."));
        is(functions, "isLinkLocalUnicast", InetAddress::isLinkLocalAddress);
        is(functions, "isGlobalUnicast", address -> !address.isAnyLocalAddress() && !address.isLoopbackAddress() && !address.isMulticastAddress()
                && !address.isLinkLocalAddress() && !address.getHostAddress().equals("255.255.255.255"));
        functions.global("cidr", "string_to_cidr", CIDR, string, List.of(String.class), arguments -> Range.parse((String) arguments[0]));
        functions.global("isCIDR", "is_cidr", SimpleType.BOOL, string, List.of(String.class), arguments -> parses(() -> Range.parse((String) arguments[0])));
        functions.member("containsIP", "cidr_contains_ip_string", SimpleType.BOOL, List.of(CIDR, SimpleType.STRING), List.of(Range.class, String.class),
                arguments -> ((Range) arguments[0]).contains(addressOf((String) arguments[1])));
        functions.member("containsIP", "cidr_contains_ip_ip", SimpleType.BOOL, List.of(CIDR, IP), List.of(Range.class, InetAddress.class),
                arguments -> ((Range) arguments[0]).contains((InetAddress) arguments[1]));
        functions.member("containsCIDR", "cidr_contains_cidr_string", SimpleType.BOOL, List.of(CIDR, SimpleType.STRING), List.of(Range.class, String.class),
                arguments -> ((Range) arguments[0]).contains(Range.parse((String) arguments[1])));
        functions.member("containsCIDR", "cidr_contains_cidr", SimpleType.BOOL, List.of(CIDR, CIDR), List.of(Range.class, Range.class),
                arguments -> ((Range) arguments[0]).contains((Range) arguments[1]));
        functions.member("masked", "cidr_masked", CIDR, List.of(CIDR), List.of(Range.class), arguments -> ((Range) arguments[0]).masked());
        functions.member("prefixLength", "cidr_prefix_length", SimpleType.INT, List.of(CIDR), List.of(Range.class), arguments -> (long) ((Range) arguments[0]).prefixLength());
    }

    private static void is(FunctionSet functions, String name, Predicate<InetAddress> test) {
        functions.member(name, "ip_" + name, SimpleType.BOOL, List.of(IP), List.of(InetAddress.class), arguments -> test.test((InetAddress) arguments[0]));
    }

    private static boolean parses(Runnable parse) {
        try {
            parse.run();
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
