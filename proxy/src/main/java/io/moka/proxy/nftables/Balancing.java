package io.moka.proxy.nftables;

/// The part of the kernel that chooses the endpoint of a connection and changes the destination of its packets.
public enum Balancing {

    /// The table itself, by maps.
    NFTABLES,
    /// IPVS, for connections of clients from outside; the table marks these connections, and still refuses, drops and masquerades.
    IPVS
}
