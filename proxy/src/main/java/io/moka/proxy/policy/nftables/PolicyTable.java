package io.moka.proxy.policy.nftables;

import io.moka.proxy.policy.model.Address;
import io.moka.proxy.policy.model.Direction;

/// Writes the table of one address family: the part that is the same for all policies, and the set and chain definitions that each isolation adds.
///
/// A packet is judged by its connection, in both directions alike: by the connection's source, and by its destination and destination port after all
/// translation of addresses. Connection tracking knows the addresses; the port is the packet's own, on its way back that of its source (nft 1.0.6 takes
/// no `ct reply proto-src` in a concatenation). So replies pass exactly as long as requests do, a connection to a service is judged by the pod
/// that it reached, and a rule that has gone ends connections that it let pass.
///
/// @param inOutput whether the rules are to hold in the hook output, too, for all that does not come from the node itself
record PolicyTable(Address.Family family, String name, boolean inOutput) {

    /// The address that a connection comes from, as an nft expression.
    private String source() {
        return "ct original " + word() + " saddr";
    }

    /// The address that a connection leads to after translation, as an nft expression.
    private String destination() {
        return "ct reply " + word() + " saddr";
    }

    /// The family's name in nft.
    String word() {
        return family == Address.Family.IPV4 ? "ip" : "ip6";
    }

    private String type() {
        return family == Address.Family.IPV4 ? "ipv4_addr" : "ipv6_addr";
    }

    private String icmp() {
        return family == Address.Family.IPV4 ? "icmp" : "ipv6-icmp";
    }

    /// Removes the table, whether it is there or not.
    String removal() {
        return "add table %1$s %2$s\ndelete table %1$s %2$s\n".formatted(word(), name);
    }

    /// The table without any isolation. The chain `strays` sees packets without a connection (segments out of their window, say): they meet the
    /// rules of isolated pods, where nothing about a connection holds, and so are dropped there.
    ///
    /// @param hooked whether packets are to meet the rules
    String definition(boolean hooked) {
        return """
                table %1$s %2$s {
                  map ingress { type %3$s : verdict; }
                  map egress { type %3$s : verdict; }
                  set themselves { type %3$s . %3$s; }
                  chain strays {
                    %1$s daddr vmap @ingress
                    %1$s saddr vmap @egress
                  }
                  chain forward {
                    %4$s
                %5$s
                  }
                %6$s}
                """.formatted(word(), name, type(), hooked ? hook("forward") : "", judgement(), hooked && inOutput ? output() : "");
    }

    private static String hook(String hook) {
        return "type filter hook " + hook + " priority filter - 10; policy accept;";
    }

    private String judgement() {
        return """
                    meta l4proto %1$s accept
                    ct state invalid,untracked goto strays
                    %2$s . %3$s @themselves accept
                    %3$s vmap @ingress
                    %2$s vmap @egress""".formatted(icmp(), source(), destination());
    }

    /// Returns the chain for the hook output. Packets that the node itself sends always reach its pods.
    private String output() {
        return """
                  chain output {
                    %s
                    fib saddr type local accept
                %s
                  }
                """.formatted(hook("output"), judgement());
    }

    /// Returns the name of the map from a pod's address to the chain of its isolation.
    static String map(Direction direction) {
        return direction == Direction.INGRESS ? "ingress" : "egress";
    }

    /// The name of an isolation's chain, with which the names of its sets begin.
    static String chain(Direction direction, int number) {
        return (direction == Direction.INGRESS ? "in-" : "out-") + number;
    }

    /// Sets and chain of one isolation, without elements: what is in one of the sets goes on, all else is dropped.
    String isolation(Direction direction, int number) {
        var peer = direction == Direction.INGRESS ? source() : destination();
        return """
                table %1$s %2$s {
                  set %3$s-hosts { type %4$s; }
                  set %3$s-ports { type %4$s . inet_proto . inet_service; }
                  set %3$s-boxes { type %4$s . inet_proto . inet_service; flags interval; }
                  chain %3$s {
                    %5$s @%3$s-hosts return
                    ct direction original %5$s . meta l4proto . th dport @%3$s-ports return
                    ct direction reply %5$s . meta l4proto . th sport @%3$s-ports return
                    ct direction original %5$s . meta l4proto . th dport @%3$s-boxes return
                    ct direction reply %5$s . meta l4proto . th sport @%3$s-boxes return
                    drop
                  }
                }
                """.formatted(word(), name, chain(direction, number), type(), peer);
    }

    String isolationRemoval(Direction direction, int number) {
        var chain = chain(direction, number);
        return "delete chain %1$s %2$s %3$s\ndelete set %1$s %2$s %3$s-hosts\ndelete set %1$s %2$s %3$s-ports\ndelete set %1$s %2$s %3$s-boxes\n"
                .formatted(word(), name, chain);
    }
}
