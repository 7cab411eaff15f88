package io.moka.proxy.policy.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The allowed peers and ports, in the three forms that the kernel looks up fast.
///
/// The port is always the one at the connection's destination: the selected pod's for ingress, the peer's for egress.
///
/// @param hosts peers that are allowed with every protocol and port
/// @param ports single peers with a single allowed port
/// @param boxes everything else: ranges of peers and ranges of ports
public record Allowance(Set<Address> hosts, Set<PeerPort> ports, List<Box> boxes) {

    static final Allowance NOTHING = new Allowance(Set.of(), Set.of(), List.of());

    /// A peer and a destination port.
    public record PeerPort(Address peer, Protocol protocol, int port) {
    }

    /// Returns the union of the allowances. No two of its boxes overlap.
    static Allowance united(Collection<Allowance> parts) {
        var hosts = new HashSet<Address>();
        var ports = new HashSet<PeerPort>();
        var boxes = new ArrayList<Box>();
        for (var part : parts) {
            hosts.addAll(part.hosts);
            ports.addAll(part.ports);
            boxes.addAll(part.boxes);
        }
        return new Allowance(hosts, ports, Box.disjoint(boxes));
    }

    public boolean allows(Address peer, Protocol protocol, int port) {
        return hosts.contains(peer) || ports.contains(new PeerPort(peer, protocol, port))
                || boxes.stream().anyMatch(box -> box.peers().contains(peer) && box.ports().contains(protocol, port));
    }
}
