package io.moka.proxy.model;

/// An address and port that clients connect to. The protocol is in lower case: `tcp`, `udp`, `sctp`.
public sealed interface Front {

    IpFamily family();

    String protocol();

    int port();

    /// Whether traffic from outside the cluster is meant to arrive here.
    default boolean isExternal() {
        return !(this instanceof ServiceAddress);
    }

    /// A cluster IP.
    record ServiceAddress(String address, String protocol, int port) implements Front {
        @Override
        public IpFamily family() {
            return IpFamily.of(address);
        }

        @Override
        public String toString() {
            return text(address, port) + "/" + protocol;
        }
    }

    /// An address that is routed to the node from outside the cluster: an external IP or a load balancer's address.
    record ExternalAddress(String address, String protocol, int port) implements Front {
        @Override
        public IpFamily family() {
            return IpFamily.of(address);
        }

        @Override
        public String toString() {
            return text(address, port) + "/" + protocol;
        }
    }

    /// A port of those addresses of the node that `--nodeport-addresses` selects.
    record NodePort(IpFamily family, String protocol, int port) implements Front {
        public NodePort(String protocol, int port) {
            this(IpFamily.IPV4, protocol, port);
        }

        @Override
        public String toString() {
            return "node port " + port + "/" + protocol;
        }
    }

    private static String text(String address, int port) {
        return IpFamily.of(address) == IpFamily.IPV6 ? "[" + address + "]:" + port : address + ":" + port;
    }
}
