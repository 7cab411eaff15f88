package io.moka.proxy.policy.model;

/// The protocols and ports that a rule allows.
public sealed interface Ports {

    /// Whether traffic to this port is allowed.
    boolean contains(Protocol protocol, int port);

    /// Every port of every protocol, including protocols without ports.
    record Any() implements Ports {
        @Override
        public boolean contains(Protocol protocol, int port) {
            return true;
        }
    }

    /// A range of ports of one protocol, both ends included.
    record Span(Protocol protocol, int first, int last) implements Ports {
        @Override
        public boolean contains(Protocol other, int port) {
            return protocol == other && first <= port && port <= last;
        }
    }
}
