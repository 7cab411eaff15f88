package io.moka.proxy.nftables;

import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;

/// The chain to which a front's verdict leads: shared by all fronts that choose among the same number of endpoints in the same way.
///
/// @param inside whether it serves the view of pods and the node
/// @param endpoints how many endpoints it draws from; 0 where IPVS does
/// @param affinitySeconds 0 without affinity
/// @param masquerade whether the endpoint sees the node's address instead of the client's, so that answers come back this way
/// @param hashed whether client and port decide, not chance
record Chain(FrontKind kind, boolean inside, int endpoints, int affinitySeconds, Masquerade masquerade, boolean hashed) {

    enum Masquerade { NEVER, UNLESS_POD, ALWAYS }

    /// Packets of one UDP socket that come at the same instant (a resolver's questions for A and AAAA) each make a connection of their own. The kernel
    /// merges them if both lead to the same endpoint, and may drop one if they do not: so UDP's choice follows from the client's address and port.
    static Chain of(Table table, Front front, Backends backends, View view) {
        var masquerade = view.inside() ? Masquerade.UNLESS_POD : front.isExternal() && !backends.local() ? Masquerade.ALWAYS : Masquerade.NEVER;
        if (table.leavesToIpvs(view)) {
            return new Chain(FrontKind.of(front), false, 0, 0, masquerade, false);
        }
        return new Chain(FrontKind.of(front), view.inside(), view.endpoints().size(), backends.affinitySeconds(), masquerade, front.protocol().equals("udp"));
    }

    String name() {
        var way = endpoints == 0 ? "leave-to-ipvs" : affinitySeconds > 0 ? "stick-" + endpoints + "-" + affinitySeconds : "pick-" + endpoints;
        var choice = hashed ? "hash-" + way : way;
        return kind.chain(switch (masquerade) {
            case NEVER -> choice;
            case UNLESS_POD -> "inside-" + choice;
            case ALWAYS -> "masquerade-" + choice;
        });
    }

    /// The chain's rules, one a line.
    String rules(Words words) {
        var mark = "meta mark set meta mark or " + Table.MASQUERADE_MARK + "\n";
        return switch (masquerade) {
            case NEVER -> "";
            case UNLESS_POD -> words.ip() + " saddr != @" + Table.PODS + " " + mark;
            case ALWAYS -> mark;
        } + (endpoints == 0 ? "ct mark set ct mark or " + Table.IPVS_MARK : affinitySeconds > 0 ? stick(words) : pick(words));
    }

    /// An index below the number of endpoints.
    private String draw(Words words) {
        var offset = inside ? " offset " + View.INSIDE_OFFSET : "";
        return (hashed ? "jhash " + words.ip() + " saddr . th sport mod " : "numgen random mod ") + endpoints + offset;
    }

    private String pick(Words words) {
        return "ct mark set %s dnat %s to %s . ct mark map @%s".formatted(draw(words), words.ip(), kind.key(words), kind.endpoints());
    }

    /// First the endpoint that the client had, if it is still there; else a new one, which is remembered in place of the old:
    /// an update alone would renew the time of what is there and keep its value. Where nothing more can be remembered, the update ends
    /// the second rule, and the third balances without remembering.
    private String stick(Words words) {
        var client = kind.client(words);
        var numbered = "dnat %s to %s . ct mark map @%s".formatted(words.ip(), kind.key(words), kind.numbered());
        return """
                %s update @%s { %s timeout %ds : ct mark } %s
                ct mark set %s ct mark set %s . ct mark map @%s delete @%s { %s : ct mark } update @%s { %s timeout %ds : ct mark } %s
                ct mark set %s ct mark set %s . ct mark map @%s %s"""
                .formatted(remembered(words), kind.affinity(), client, affinitySeconds, numbered,
                        draw(words), kind.key(words), kind.numbers(), kind.affinity(), client, kind.affinity(), client, affinitySeconds, numbered,
                        draw(words), kind.key(words), kind.numbers(), numbered);
    }

    /// The number of the endpoint that the client had, or the end of the rule. A hash has no type that a map could be looked up by, a mark has.
    private String remembered(Words words) {
        return words.hashesClients() ? "ct mark set %s ct mark set ct mark map @%s".formatted(kind.client(words), kind.affinity())
                : "ct mark set %s map @%s".formatted(kind.client(words), kind.affinity());
    }
}
