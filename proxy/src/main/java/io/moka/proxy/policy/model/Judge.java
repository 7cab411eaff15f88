package io.moka.proxy.policy.model;

import java.util.Collection;

/// Tells whether the rules let a connection pass, with the same result as the kernel's.
public final class Judge {

    private final Collection<Isolation> isolations;

    public Judge(Collection<Isolation> isolations) {
        this.isolations = isolations;
    }

    /// Whether a connection passes this node, neither end of which is the node itself; the destination is what it is after all translation.
    public boolean passes(Address from, Address to, Protocol protocol, int port) {
        return from.equals(to) || isolations.stream().allMatch(isolation -> switch (isolation.direction()) {
            case INGRESS -> !isolation.pods().contains(to) || isolation.allowed().allows(from, protocol, port);
            case EGRESS -> !isolation.pods().contains(from) || isolation.allowed().allows(to, protocol, port);
        });
    }
}
