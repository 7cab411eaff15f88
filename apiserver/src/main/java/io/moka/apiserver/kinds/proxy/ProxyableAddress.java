package io.moka.apiserver.kinds.proxy;

import io.moka.apiserver.core.status.ApiException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Decides to which addresses the apiserver may pass requests on: not to its own machine, and not to addresses that are not those of a single machine.
public final class ProxyableAddress {
    private ProxyableAddress() {}

    /// @param host an address, or a name, which is resolved
    /// @throws ApiException when an address is not allowed, or the name cannot be resolved
    public static void require(String host) {
        InetAddress[] addresses;
        try {
            addresses = host.isEmpty() ? new InetAddress[0] : InetAddress.getAllByName(host);
        } catch (UnknownHostException unknown) {
            throw ApiException.badRequest("address not allowed: " + unknown.getMessage());
        }
        if (addresses.length == 0 || Arrays.stream(addresses).map(ProxyableAddress::plain).anyMatch(ProxyableAddress::isSpecial)) {
            throw ApiException.badRequest("address not allowed");
        }
    }

    private static boolean isSpecial(InetAddress address) {
        return address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isMulticastAddress();
    }

    /// Converts `::127.0.0.1` to 127.0.0.1; the JDK converts only `::ffff:127.0.0.1`.
    private static InetAddress plain(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address six) || !six.isIPv4CompatibleAddress() || bytes[12] == 0) {
            return address;
        }
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
