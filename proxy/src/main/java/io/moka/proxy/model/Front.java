package io.moka.proxy.model;

/// What a client connects to. The protocol is in small letters: `tcp`, `udp`, `sctp`.
public sealed interface Front {

    String protocol();

    int port();

    /// A cluster IP.
    record ServiceAddress(String address, String protocol, int port) implements Front {
    }

    /// An address that the world routes to the node: an external IP or a load balancer's.
    record ExternalAddress(String address, String protocol, int port) implements Front {
    }

    /// A port of every address of the node.
    record NodePort(String protocol, int port) implements Front {
    }
}
