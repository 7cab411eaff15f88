package io.moka.proxy.nftables;

import io.moka.proxy.model.IpFamily;

/// nft's terms for an address family.
///
/// @param ip the family of a table, and the name of the packet's header
record Words(String ip, String addressType, String loopback) {

    static Words of(IpFamily family) {
        return switch (family) {
            case IPV4 -> new Words("ip", "ipv4_addr", "127.0.0.0/8");
            case IPV6 -> new Words("ip6", "ipv6_addr", "::1");
        };
    }

    /// Whether clients with affinity are identified by a hash of 32 bits instead of their addresses, as nft 1.0.6 fails to update maps whose keys are
    /// longer than 16 bytes. Two clients with the same hash share an endpoint, which happens to one of thousands at most.
    boolean hashesClients() {
        return ip.equals("ip6");
    }
}
