package io.moka.proxy.nftables;

import io.moka.proxy.model.Front;

/// The two families of maps and chains: the same construction over different keys.
enum FrontKind {

    /// Keyed by the address, protocol and port that a packet is for.
    SERVICE("", "ip daddr . meta l4proto . th dport", "ipv4_addr . inet_proto . inet_service"),
    /// Keyed by protocol and port alone: any address of the node.
    NODE("node-", "meta l4proto . th dport", "inet_proto . inet_service");

    private final String prefix;
    private final String key;
    private final String types;

    FrontKind(String prefix, String key, String types) {
        this.prefix = prefix;
        this.key = key;
        this.types = types;
    }

    static FrontKind of(Front front) {
        return switch (front) {
            case Front.ServiceAddress _, Front.ExternalAddress _ -> SERVICE;
            case Front.NodePort port -> NODE;
        };
    }

    /// The front as a map's key.
    static String element(Front front) {
        return switch (front) {
            case Front.ServiceAddress(var address, var protocol, var port) -> address + " . " + protocol + " . " + port;
            case Front.ExternalAddress(var address, var protocol, var port) -> address + " . " + protocol + " . " + port;
            case Front.NodePort(var protocol, var port) -> protocol + " . " + port;
        };
    }

    /// What of a packet makes up the key.
    String key() {
        return key;
    }

    /// The types of the key's parts.
    String types() {
        return types;
    }

    /// Front → verdict.
    String fronts() {
        return prefix + "services";
    }

    /// Front and index → endpoint.
    String endpoints() {
        return prefix + "endpoints";
    }

    /// Front and index → number of an endpoint, for fronts with affinity.
    String numbers() {
        return prefix + "endpoint-numbers";
    }

    /// Front and number → endpoint, for fronts with affinity.
    String numbered() {
        return prefix + "numbered-endpoints";
    }

    /// Client and front → number of the endpoint that the client stays with; filled by the kernel.
    String affinity() {
        return prefix + "affinity";
    }

    String chain(String name) {
        return prefix + name;
    }
}
