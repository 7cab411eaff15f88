package io.moka.proxy.nftables;

import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;

/// The chain that a front's verdict goes to: the same for all fronts that draw from as many endpoints in the same way.
///
/// @param affinitySeconds 0 without affinity
/// @param masquerades whether the endpoint sees the node's address instead of the client's, so that answers come back this way
record Chain(FrontKind kind, int endpoints, int affinitySeconds, boolean masquerades) {

    static Chain of(Front front, Backends backends) {
        boolean fromOutside = !(front instanceof Front.ServiceAddress);
        return new Chain(FrontKind.of(front), backends.endpoints().size(), backends.affinitySeconds(), fromOutside && !backends.keepsSource());
    }

    String name() {
        var way = affinitySeconds > 0 ? "stick-" + endpoints + "-" + affinitySeconds : "pick-" + endpoints;
        return kind.chain(masquerades ? "masquerade-" + way : way);
    }

    /// The chain's rules, one a line.
    String rules() {
        return (masquerades ? "meta mark set meta mark or " + Table.MASQUERADE_MARK + "\n" : "")
                + (affinitySeconds > 0 ? stick() : pick());
    }

    private String pick() {
        return "ct mark set numgen random mod %d dnat ip to %s . ct mark map @%s".formatted(endpoints, kind.key(), kind.endpoints());
    }

    /// First the endpoint that the client had, if it is still there; else a new one, which is remembered in place of the old:
    /// an update alone would renew the time of what is there and keep its value.
    private String stick() {
        var client = "ip saddr . " + kind.key();
        var numbered = "dnat ip to %s . ct mark map @%s".formatted(kind.key(), kind.numbered());
        return """
                ct mark set %s map @%s update @%s { %s timeout %ds : ct mark } %s
                ct mark set numgen random mod %d ct mark set %s . ct mark map @%s delete @%s { %s : ct mark } update @%s { %s timeout %ds : ct mark } %s"""
                .formatted(client, kind.affinity(), kind.affinity(), client, affinitySeconds, numbered,
                        endpoints, kind.key(), kind.numbers(), kind.affinity(), client, kind.affinity(), client, affinitySeconds, numbered);
    }
}
