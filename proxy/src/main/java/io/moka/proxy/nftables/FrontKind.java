package io.moka.proxy.nftables;

import io.moka.proxy.model.Front;

/// The two kinds of fronts, which differ in their lookup key: the maps and chains are built in the same way over different keys.
enum FrontKind {

    /// Keyed by a packet's destination address, protocol and port.
    SERVICE("", "%s daddr . meta l4proto . th dport", "%s . inet_proto . inet_service"),
    /// Keyed by protocol and port alone, for all of the node's addresses that serve node ports.
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
        return front instanceof Front.NodePort ? NODE : SERVICE;
    }

    /// Returns the front as the key of a map's element.
    static String element(Front front) {
        return switch (front) {
            case Front.ServiceAddress(var address, var protocol, var port) -> address + " . " + protocol + " . " + port;
            case Front.ExternalAddress(var address, var protocol, var port) -> address + " . " + protocol + " . " + port;
            case Front.NodePort(_, var protocol, var port) -> protocol + " . " + port;
        };
    }

    /// Returns the nft expression that reads the key from a packet.
    String key(Words words) {
        return key.formatted(words.ip());
    }

    /// Returns the nft types of the key's parts.
    String types(Words words) {
        return types.formatted(words.addressType());
    }

    /// Returns the nft expression that reads the key of the map `affinity`, a client of a front, from a packet.
    String client(Words words) {
        var client = words.ip() + " saddr . " + key(words);
        return words.hashesClients() ? "jhash " + client + " mod 4294967295 seed 0x6d6f6b61" : client;
    }

    String clientTypes(Words words) {
        return words.hashesClients() ? "mark" : words.addressType() + " . " + types(words);
    }

    /// Front → verdict.
    String fronts() {
        return prefix + "services";
    }

    /// Front → verdict for packets of pods and of the node itself, if these have other endpoints than packets from outside.
    String insideFronts() {
        return prefix + "services-inside";
    }

    /// Front without endpoints → drop or refuse.
    String unserved() {
        return prefix + "unserved";
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
