/// Implements services by sockets of this process: a port of the node for each front, to which nftables leads the front's packets.
///
/// The way of a packet: prerouting or output → the map `services` of the nftables table → `DNAT` to the node's own address and the relay's port → this process,
/// which accepts the connection, connects to an endpoint and copies bytes both ways. The rules are those of mode nftables, with the relay as the only endpoint
/// of each front; so the same packets are refused, dropped or admitted.
///
/// Cost: two connections for one, each byte copied twice through this process, some 40 KiB of memory for each connection; a port, a socket and a virtual thread
/// for each front. All other costs are independent of the number of services.
///
/// Promises:
/// - an endpoint that does not answer within a second is skipped, and the client notices only the delay;
/// - at most 4,096 connections at once, 1,024 UDP clients for each front, 10,000 remembered clients with affinity for each front.
///
/// Differs from the other modes: endpoints see the node's address, never the client's, whatever the traffic policy says; connections end with
/// the process; SCTP is refused. Upstream removed its mode of this name in 1.26. Read [UserspaceRuleSet] first.
@NullMarked
package io.moka.proxy.userspace;

import org.jspecify.annotations.NullMarked;
