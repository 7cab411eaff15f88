package io.moka.cni;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/// Writes the network's nftables table: host ports, and masquerading of packets that leave the cluster.
///
/// Pods on one bridge communicate through the node, whose kernel would send them ICMP redirects to the direct way: these are dropped. Packets of pods to the
/// node's loopback addresses are dropped, too. Host ports are elements of two maps, one for ports of any address of the node and one for ports of a single
/// address.
final class Firewall {

    private Firewall() {
    }

    static String table(NetworkConfig network) {
        return "ip moka-cni-" + network.bridge();
    }

    /// Makes the table if it is not there; what it holds stays.
    static void ensure(NetworkConfig network) throws IOException {
        if (!Kernel.run(List.of("nft", "list", "table", "ip", "moka-cni-" + network.bridge()), List.of()).ok()) {
            Kernel.nft(definition(network));
        }
        admitForwarding(network);
    }

    private static String definition(NetworkConfig network) {
        var masquerade = network.masquerade()
                ? "ip saddr " + network.subnet() + " ip daddr != " + network.clusterCidr() + " oifname != \"" + network.bridge() + "\" masquerade fully-random"
                : "";
        return """
                table %s {
                  map ports {
                    type inet_proto . inet_service : ipv4_addr . inet_service
                  }
                  map addressed-ports {
                    type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
                  }
                  chain to-pod {
                    ip saddr { %s, 127.0.0.0/8 } meta mark set meta mark or 0x2000
                    dnat ip to ip daddr . meta l4proto . th dport map @addressed-ports
                    dnat ip to meta l4proto . th dport map @ports
                  }
                  chain prerouting {
                    type nat hook prerouting priority dstnat + 5; policy accept;
                    fib daddr type local goto to-pod
                  }
                  chain output {
                    type nat hook output priority -95; policy accept;
                    fib daddr type local goto to-pod
                  }
                  chain no-loopback {
                    type filter hook prerouting priority raw; policy accept;
                    iifname "%s" ip daddr 127.0.0.0/8 drop
                  }
                  chain no-redirects {
                    type filter hook output priority filter; policy accept;
                    oifname "%s" icmp type redirect drop
                  }
                  chain postrouting {
                    type nat hook postrouting priority srcnat + 5; policy accept;
                    meta mark and 0x2000 == 0x2000 ct status dnat masquerade fully-random
                    %s
                  }
                }
                """.formatted(table(network), network.subnet(), network.bridge(), network.bridge(), masquerade);
    }

    /// Admits the pods' traffic in the chain FORWARD of another firewall if that drops unknown packets, as Docker's does.
    private static void admitForwarding(NetworkConfig network) throws IOException {
        var forward = Kernel.run(List.of("nft", "list", "chain", "ip", "filter", "FORWARD"), List.of());
        if (forward.ok() && forward.output().contains("policy drop") && !forward.output().contains(comment(network))) {
            Kernel.nft("insert rule ip filter FORWARD iifname \"%1$s\" counter accept comment \"%2$s\"\n".formatted(network.bridge(), comment(network))
                    + "insert rule ip filter FORWARD oifname \"%1$s\" counter accept comment \"%2$s\"".formatted(network.bridge(), comment(network)));
        }
    }

    private static String comment(NetworkConfig network) {
        return "moka-cni " + network.bridge();
    }

    static void open(NetworkConfig network, Ipv4 pod, List<PortMapping> mappings) throws IOException {
        if (!mappings.isEmpty()) {
            ensure(network);
            Kernel.nft(elements("add", network, pod, mappings));
        }
    }

    /// Takes the ports back, each if it still leads to this pod: an ADD that was refused a port must not take it from its owner.
    static void close(NetworkConfig network, Ipv4 pod, List<PortMapping> mappings) throws IOException {
        for (var mapping : mappings) {
            var held = Kernel.run(List.of("nft", "get element %s %s { %s }".formatted(table(network), map(mapping), key(mapping))), List.of());
            if (held.ok() && held.output().contains(": " + pod + " . ")) {
                Kernel.tryNft(elements("delete", network, pod, List.of(mapping)));
            }
        }
    }

    private static String elements(String verb, NetworkConfig network, Ipv4 pod, List<PortMapping> mappings) {
        return mappings.stream().map(mapping -> "%s element %s %s { %s : %s . %d }".formatted(verb, table(network), map(mapping), key(mapping),
                pod, mapping.containerPort())).collect(Collectors.joining("\n"));
    }

    private static String map(PortMapping mapping) {
        return mapping.hostAddress().isEmpty() ? "ports" : "addressed-ports";
    }

    private static String key(PortMapping mapping) {
        var port = mapping.protocol() + " . " + mapping.hostPort();
        return mapping.hostAddress().isEmpty() ? port : mapping.hostAddress() + " . " + port;
    }
}
