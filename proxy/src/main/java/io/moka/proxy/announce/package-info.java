/// Announces addresses of load balancers in the local network: this process answers ARP requests and neighbour solicitations for them with this node's hardware
/// address.
///
/// An announced address is on no interface. A packet to it reaches the node by its hardware address, and the proxy's rules lead it to an endpoint. The answers are
/// sent by this process through packet sockets, so that they end with the process: a killed proxy leaves no second owner behind.
///
/// One node announces an address: the holder of the address' lease (`kube-system/moka-lb-<address>`). The address leases are not renewed while their holder is
/// alive; instead, one lease for each node (`moka-announcer-<node>`), renewed every 500 ms and valid for 2 s, shows that the node is alive. If only one node
/// announces, no other node waits to take over: then the node's lease is renewed once a minute and valid for five, so that the apiserver may be unreachable for
/// that long.
///
/// Promises:
/// - a node that could not renew its lease in time stops sending, by its own clocks and before another node may begin; this is checked before each answer;
/// - an address is probed before it is announced (RFC 5227, RFC 4862); one that another machine has is not announced, and an event names that machine;
/// - an address is announced when the kernel has its rules, five times within two seconds and every thirty seconds afterwards, and given up at once with its service;
/// - another node takes over within 3 s of a holder's sudden end, at once after an orderly one.
///
/// The model is MetalLB's layer 2 mode, whose nodes agree by a gossip protocol (memberlist) instead of leases. Read [AddressAnnouncer], [NodeLease], [Link].
@NullMarked
package io.moka.proxy.announce;

import org.jspecify.annotations.NullMarked;
