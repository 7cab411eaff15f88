package io.moka.proxy.model;

import java.net.Inet6Address;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The two families of addresses. Each has rules of its own; no front leads from one to the other.
public enum IpFamily {

    IPV4("IPv4"),
    IPV6("IPv6");

    private static final Pattern IPV4_ADDRESS = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

    private final String addressType;

    IpFamily(String addressType) {
        this.addressType = addressType;
    }

    /// The family as the API writes it, in `addressType` of an endpoint slice.
    public String addressType() {
        return addressType;
    }

    /// The number of bits in an address.
    public int bits() {
        return this == IPV4 ? 32 : 128;
    }

    /// The family of something that is an address.
    public static IpFamily of(String address) {
        return address.contains(":") ? IPV6 : IPV4;
    }

    /// Whether the text is an address of this family. An IPv4 address written as IPv6 (`::ffff:1.2.3.4`) is of neither, as is one with a zone.
    public boolean isAddress(@Nullable String text) {
        if (text == null) {
            return false;
        }
        return this == IPV4 ? IPV4_ADDRESS.matcher(text).matches() : text.contains(":") && !text.contains("%") && !text.contains("[") && parsesAsIpv6(text);
    }

    private static boolean parsesAsIpv6(String text) {
        try {
            return Inet6Address.ofLiteral(text) instanceof Inet6Address;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
