package io.moka.proxy.ipvs;

import io.moka.proxy.model.Endpoint;
import java.net.InetAddress;
import java.util.Set;

/// The key by which IPVS looks a packet up: protocol, address and port.
///
/// @param protocol `tcp`, `udp` or `sctp`
/// @param address in its normal form, see [#normal(Endpoint)]
record VirtualService(String protocol, Endpoint address) {

    /// The protocols that IPVS knows.
    static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");

    static VirtualService of(String protocol, String address, int port) {
        return new VirtualService(protocol, normal(new Endpoint(address, port)));
    }

    /// Returns the endpoint with its address as the JDK writes it, since an IPv6 address can be written in several ways.
    static Endpoint normal(Endpoint endpoint) {
        return new Endpoint(normal(endpoint.address()), endpoint.port());
    }

    static String normal(String address) {
        return InetAddress.ofLiteral(address).getHostAddress();
    }

    /// Whether connections are to end by themselves when an endpoint goes.
    boolean isGraceful() {
        return protocol.equals("tcp");
    }

    /// The virtual service as `ipvsadm` takes it.
    String option() {
        return switch (protocol) {
            case "tcp" -> "-t ";
            case "udp" -> "-u ";
            default -> "--sctp-service ";
        } + address;
    }
}
