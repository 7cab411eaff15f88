package io.moka.apiserver.core.schema;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses and formats IP addresses and networks. Never uses DNS.
final class Addresses {

    private Addresses() {
    }

    static boolean isIp(String text) {
        return text.indexOf(':') >= 0 ? isIpv6(text) : isIpv4(text);
    }

    static boolean isIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (!isDecimal(part, 255) || part.length() > 1 && part.charAt(0) == '0') {
                return false;
            }
        }
        return true;
    }

    static boolean isIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap != text.lastIndexOf("::")) {
            return false;
        }
        if (gap < 0) {
            return groups(text) == 8;
        }
        int before = gap == 0 ? 0 : groups(text.substring(0, gap));
        int after = gap + 2 == text.length() ? 0 : groups(text.substring(gap + 2));
        return before >= 0 && after >= 0 && before + after < 8;
    }

    static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        String address = text.substring(0, slash);
        return isIp(address) && isDecimal(text.substring(slash + 1), address.indexOf(':') >= 0 ? 128 : 32);
    }

    /// Returns the canonical form of an address: in IPv6 lower case, no leading zeros, and the longest run of zero groups left out.
    static String canonical(String ip) {
        return ip.indexOf(':') < 0 ? ip : format6(bytes(ip));
    }

    /// Returns the kind of an address that no endpoint may have; null for all others and for invalid ones. An IPv4 address written as IPv6 counts as IPv4.
    static @Nullable String specialKind(String ip) {
        if (!isIp(ip)) {
            return null;
        }
        InetAddress address = InetAddress.ofLiteral(ip);
        byte[] bytes = address.getAddress();
        if (bytes.length == 16 && isIpv4Compatible(bytes)) {
            address = ipv4(bytes);
            bytes = address.getAddress();
        }
        if (address.isAnyLocalAddress()) {
            return "unspecified";
        }
        if (address.isLoopbackAddress()) {
            return "loopback";
        }
        if (address.isLinkLocalAddress()) {
            return "link-local";
        }
        return address.isMCLinkLocal() || bytes.length == 16 && bytes[0] == (byte) 0xff && (bytes[1] & 15) <= 2 ? "link-local multicast" : null;
    }

    /// Whether an address has the form `::a.b.c.d`, an old way to write an IPv4 address; false for `::` and `::1`.
    private static boolean isIpv4Compatible(byte[] bytes) {
        for (int i = 0; i < 12; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[12] != 0;
    }

    private static InetAddress ipv4(byte[] bytes) {
        try {
            return InetAddress.getByAddress(java.util.Arrays.copyOfRange(bytes, 12, 16));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] bytes(String ip) {
        try {
            byte[] bytes = InetAddress.getByName(ip).getAddress();
            return bytes.length == 4 && ip.indexOf(':') >= 0 ? mapped(bytes) : bytes;
        } catch (UnknownHostException notLiteral) {
            throw new IllegalArgumentException(ip, notLiteral);
        }
    }

    /// Returns the IPv6 form of an IPv4 address. Needed because Java parses `::ffff:10.0.0.1` as IPv4.
    private static byte[] mapped(byte[] ipv4) {
        byte[] bytes = new byte[16];
        bytes[10] = bytes[11] = (byte) 0xff;
        System.arraycopy(ipv4, 0, bytes, 12, 4);
        return bytes;
    }

    private static String format6(byte[] bytes) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 255) << 8 | bytes[2 * i + 1] & 255;
        }
        int gap = -1;
        int length = 1;
        for (int start = 0, run = 0; start < 8; start += run + 1) {
            for (run = 0; start + run < 8 && groups[start + run] == 0; run++) { }
            if (run > length) {
                gap = start;
                length = run;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /// Returns the reasons why a range is invalid or not in canonical form; empty when there are none.
    static List<String> networkProblems(String cidr) {
        if (!isCidr(cidr)) {
            return Format.CIDR.check(cidr);
        }
        int slash = cidr.indexOf('/');
        int length = Integer.parseInt(cidr.substring(slash + 1));
        byte[] bytes = bytes(cidr.substring(0, slash));
        for (int bit = length; bit < 8 * bytes.length; bit++) {
            if ((bytes[bit / 8] >> 7 - bit % 8 & 1) != 0) {
                return List.of("must not have bits set beyond the prefix length");
            }
        }
        String canonical = canonical(cidr.substring(0, slash)) + "/" + length;
        return canonical.equals(cidr) ? List.of() : List.of("must be in canonical form (\"" + canonical + "\")");
    }

    /// Whether all addresses of a network belong to another network, which is larger.
    static boolean isStrictSubset(String cidr, String of) {
        int length = Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
        int outer = Integer.parseInt(of.substring(of.indexOf('/') + 1));
        byte[] inside = bytes(cidr.substring(0, cidr.indexOf('/')));
        byte[] network = bytes(of.substring(0, of.indexOf('/')));
        boolean same = inside.length == network.length && outer < length;
        for (int bit = 0; same && bit < outer; bit++) {
            same = (inside[bit / 8] >> 7 - bit % 8 & 1) == (network[bit / 8] >> 7 - bit % 8 & 1);
        }
        return same;
    }

    /// Returns the number of 16-bit groups; -1 when one is malformed. A dotted IPv4 tail counts as two.
    private static int groups(String text) {
        String[] parts = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                return isIpv4(parts[i]) ? count + 2 : -1;
            }
            if (parts[i].isEmpty() || parts[i].length() > 4 || !parts[i].chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
                return -1;
            }
            count++;
        }
        return count;
    }

    private static boolean isDecimal(String text, int max) {
        return !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(text) <= max;
    }
}
