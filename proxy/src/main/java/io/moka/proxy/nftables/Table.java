package io.moka.proxy.nftables;

import io.moka.proxy.ClusterNetwork;
import java.util.List;
import java.util.Set;

/// The table without its services: maps, hooks and the rules that are the same for all of them.
///
/// @param nodeAddresses ranges of the node's addresses that serve node ports
/// @param balancing which part of the kernel chooses the endpoint of a connection
record Table(String name, ClusterNetwork network, List<String> nodeAddresses, Balancing balancing) {

    /// Set on the first packet of a connection whose source address is to become the node's.
    static final String MASQUERADE_MARK = "0x4000";
    /// Set on a connection that IPVS is to lead to an endpoint: a second packet that comes before an answer does not meet the chains that translate.
    static final String IPVS_MARK = "0x8000";
    /// The set of the pods' ranges.
    static final String PODS = "pods";
    /// The chain that refuses.
    static final String REFUSE = "refuse";
    /// The set of fronts that admit only certain clients, and the set of these clients' ranges by front.
    static final String RESTRICTED = "restricted";
    static final String ADMITTED = "admitted";
    /// The chains that are always there.
    static final Set<String> CHAINS = Set.of("from-inside", "services", "prerouting", "output", "postrouting", REFUSE, "unserved",
            "filter-input", "filter-forward", "filter-output", "admission", "firewall", "firewall-prerouting", "firewall-output");

    /// How many clients each of the two kinds of fronts remembers for session affinity: about 10 MiB of kernel memory. A client that
    /// comes when so many are remembered is balanced as if its service had no affinity, until the time of another has run out.
    static final int AFFINITY_ENTRIES = 65_535;

    Words words() {
        return Words.of(network.family());
    }

    /// The table as commands name it.
    String path() {
        return words().ip() + " " + name;
    }

    Table withNodeAddresses(List<String> addresses) {
        return new Table(name, network, addresses, balancing);
    }

    /// Whether IPVS chooses the endpoint for the clients of this view. Connections of clients that have other endpoints than clients from outside are always
    /// translated by the table, as IPVS knows one set of endpoints for each address and port.
    boolean leavesToIpvs(View view) {
        return balancing == Balancing.IPVS && !view.inside();
    }

    /// Replaces the whole table by an empty one.
    ///
    /// Packets for IPVS are not translated yet when the filter chains see them, so the connection's mark says that the connection is served. IPVS takes its
    /// packets among the node's own at priority -98, so the chain that refuses unserved packets has an earlier priority.
    String definition() {
        return plainPart() + """
                table %1$s {
                  chain from-inside {
                    %2$s daddr . meta l4proto . th dport vmap @services-inside
                    %2$s daddr @node-addresses %2$s daddr != %3$s fib daddr type local meta l4proto . th dport vmap @node-services-inside
                  }
                  chain services {
                    %2$s saddr @pods jump from-inside
                    fib saddr type local jump from-inside
                    %2$s daddr . meta l4proto . th dport vmap @services
                    %2$s daddr @node-addresses %2$s daddr != %3$s fib daddr type local meta l4proto . th dport vmap @node-services
                  }
                  chain prerouting { type nat hook prerouting priority dstnat; jump services; }
                  chain output { type nat hook output priority -100; jump services; }
                  chain postrouting {
                    type nat hook postrouting priority srcnat;
                    meta mark and %4$s == %4$s masquerade fully-random
                    ct original %2$s daddr @service-range %2$s saddr != @pods masquerade fully-random
                    %6$s%2$s saddr . %2$s daddr @own-addresses masquerade fully-random
                  }
                  chain refuse {
                    meta l4proto tcp reject with tcp reset
                    reject with %5$s port-unreachable
                  }
                  chain unserved {%7$s
                    %2$s daddr . meta l4proto . th dport vmap @unserved
                    %2$s daddr @node-addresses %2$s daddr != %3$s fib daddr type local meta l4proto . th dport vmap @node-unserved
                    %2$s daddr @service-range goto refuse
                  }
                  chain filter-input { type filter hook input priority filter; ct state new jump unserved; }
                  chain filter-forward { type filter hook forward priority filter; ct state new jump unserved; }
                  chain filter-output { type filter hook output priority %8$s; ct state new jump unserved; }
                  chain admission {
                    %2$s daddr . meta l4proto . th dport . %2$s saddr @admitted return
                    drop
                  }
                  chain firewall { %2$s daddr . meta l4proto . th dport @restricted goto admission; }
                  chain firewall-prerouting { type filter hook prerouting priority -110; ct state new jump firewall; }
                  chain firewall-output { type filter hook output priority -110; ct state new jump firewall; }
                }
                """.formatted(path(), words().ip(), words().loopback(), MASQUERADE_MARK, words().ip().equals("ip") ? "icmp" : "icmpv6",
                balancing == Balancing.IPVS ? "" : "ct status dnat ",
                balancing == Balancing.IPVS ? "\n    ct mark and " + IPVS_MARK + " == " + IPVS_MARK + " return" : "",
                balancing == Balancing.IPVS ? "-99" : "filter");
    }

    /// A table with the same maps and sets and without hooks: no packet meets it.
    Table scratch() {
        return new Table(name + "-check", network, nodeAddresses, balancing);
    }

    /// The table that holds the rules while this one is replaced.
    Table standIn() {
        return new Table(name + "-next", network, nodeAddresses, balancing);
    }

    /// Replaces the table by its empty maps and sets.
    String mapsAlone() {
        return plainPart() + "add chain " + path() + " " + REFUSE + "\n";
    }

    /// Removes the table, whether it is there or not.
    String removal() {
        return "add table %1$s\ndelete table %1$s\n".formatted(path());
    }

    private String plainPart() {
        return removal() + """
                table %1$s {
                %2$s%3$s
                  set pods { type %4$s; flags interval; %5$s }
                  set service-range { type %4$s; flags interval; %6$s }
                  set node-addresses { type %4$s; flags interval; %7$s }
                  set own-addresses { type %4$s . %4$s; }
                  set restricted { type %4$s . inet_proto . inet_service; }
                  set admitted { type %4$s . inet_proto . inet_service . %4$s; flags interval; }
                }
                """.formatted(path(), maps(FrontKind.SERVICE), maps(FrontKind.NODE), words().addressType(),
                elements(network.pods()), elements(network.services()), elements(nodeAddresses));
    }

    private static String elements(List<String> ranges) {
        return ranges.isEmpty() ? "" : "elements = { " + String.join(", ", ranges) + " };";
    }

    /// Plain types: of keys declared by `typeof`, with a `numgen` or a port of any protocol among them, nft cannot make sense once they
    /// are in the kernel, and refuses rules that are added later.
    private String maps(FrontKind kind) {
        var address = words().addressType();
        var types = kind.types(words());
        return """
                  map %1$s { type %2$s : verdict; }
                  map %3$s { type %2$s : verdict; }
                  map %4$s { type %2$s : verdict; }
                  map %5$s { type %2$s . mark : %6$s . inet_service; }
                  map %7$s { type %2$s . mark : mark; }
                  map %8$s { type %2$s . mark : %6$s . inet_service; }
                  map %9$s { type %10$s : mark; flags dynamic, timeout; size %11$d; }
                """.formatted(kind.fronts(), types, kind.insideFronts(), kind.unserved(), kind.endpoints(), address, kind.numbers(), kind.numbered(),
                kind.affinity(), kind.clientTypes(words()), AFFINITY_ENTRIES);
    }
}
