package io.moka.proxy.nftables;

/// The table without its services: maps, hooks and the rules that are the same for all of them.
record Table(String name, String clusterCidr, String serviceCidr) {

    /// Set on the first packet of a connection whose source address is to become the node's.
    static final String MASQUERADE_MARK = "0x4000";
    /// The set of external addresses without endpoints.
    static final String REFUSED_ADDRESSES = "refused-addresses";

    /// Replaces the whole table by an empty one.
    String definition() {
        return """
                add table ip %1$s
                delete table ip %1$s
                table ip %1$s {
                %2$s%3$s
                  set own-addresses { typeof ip saddr . ip daddr; }
                  set %7$s { type ipv4_addr . inet_proto . inet_service; }
                  chain services {
                    ip daddr . meta l4proto . th dport vmap @services
                    ip daddr != 127.0.0.0/8 fib daddr type local meta l4proto . th dport vmap @node-services
                  }
                  chain prerouting { type nat hook prerouting priority dstnat; jump services; }
                  chain output { type nat hook output priority -100; jump services; }
                  chain postrouting {
                    type nat hook postrouting priority srcnat;
                    meta mark and %4$s == %4$s masquerade fully-random
                    ct original ip daddr %5$s ip saddr != %6$s masquerade fully-random
                    ct status dnat ip saddr . ip daddr @own-addresses masquerade fully-random
                  }
                  chain refuse {
                    meta l4proto tcp reject with tcp reset
                    reject with icmp port-unreachable
                  }
                  chain unserved {
                    ip daddr %5$s goto refuse
                    ip daddr . meta l4proto . th dport @%7$s goto refuse
                  }
                  chain filter-forward { type filter hook forward priority filter; ct state new jump unserved; }
                  chain filter-output { type filter hook output priority filter; ct state new jump unserved; }
                }
                """.formatted(name, maps(FrontKind.SERVICE), maps(FrontKind.NODE), MASQUERADE_MARK, serviceCidr, clusterCidr,
                        REFUSED_ADDRESSES);
    }

    /// Plain types: of keys declared by `typeof`, with a `numgen` or a port of any protocol among them, nft cannot make sense once they
    /// are in the kernel, and refuses rules that are added later.
    private static String maps(FrontKind kind) {
        return """
                  map %1$s { type %2$s : verdict; }
                  map %3$s { type %2$s . mark : ipv4_addr . inet_service; }
                  map %4$s { type %2$s . mark : mark; }
                  map %5$s { type %2$s . mark : ipv4_addr . inet_service; }
                  map %6$s { type ipv4_addr . %2$s : mark; flags dynamic, timeout; size 65535; }
                """.formatted(kind.fronts(), kind.types(), kind.endpoints(), kind.numbers(), kind.numbered(), kind.affinity());
    }
}
