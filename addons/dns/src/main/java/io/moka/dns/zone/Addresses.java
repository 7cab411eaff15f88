package io.moka.dns.zone;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Converts addresses between their spellings: in objects, in indices, and with dashes as a label of a name.
public final class Addresses {

    private static final int IPV4_PARTS = 4;

    private Addresses() {
    }

    /// Returns the address, or null when the text is none. Names are never resolved.
    public static @Nullable InetAddress parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.indexOf(':') >= 0) {
                return Inet6Address.ofLiteral(text);
            }
            return text.split("\\.", -1).length == IPV4_PARTS ? Inet4Address.ofLiteral(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Returns the canonical spelling of an address, by which indices find it; the text itself when it is no address.
    public static String canonical(String text) {
        var address = parse(text);
        return address == null ? text : address.getHostAddress();
    }

    /// Returns the label of a pod, or of an endpoint without a hostname: its address with dashes.
    static String dashed(String address) {
        return address.replace('.', '-').replace(':', '-');
    }

    /// Returns the address that a pod's label spells (`10-1-2-3`, `2001-db8--1`), or null.
    static @Nullable InetAddress undashed(String label) {
        var four = label.split("-", -1);
        if (four.length == IPV4_PARTS) {
            var address = parse(label.replace('-', '.'));
            if (address != null) {
                return dashed(address.getHostAddress()).equals(label) ? address : null;
            }
        }
        return parse(label.replace('-', ':'));
    }
}
