/// Implements isolations as data in nftables: the cost of a packet does not grow with the number of policies, pods or peers.
///
/// Each packet that the node forwards is looked up twice: by its connection's destination in `ingress`, by its source in `egress`. An address without an entry
/// is not isolated, and the packet passes. An entry leads to the chain of the address' group of pods, which looks the peer up in three sets of the group's own:
/// whole hosts, single ports of single hosts (both hash tables), and boxes of ranges. A packet whose peer is in none of them is dropped.
///
/// Why every packet is judged, and not the first of each connection alone: a new deny must end connections that are established. To delete these from the
/// connection table, the agent would have to find them among all; connections that are still allowed would lose the translation of their service addresses; and
/// the deletion would race with packets under way. To look up three hash tables costs less than a twentieth of forwarding a packet.
///
/// Why only forwarded packets: the node always reaches its own pods, and they reach it. Packets from and to the node itself do not pass this hook, packets of
/// other nodes do. Packets between pods of one bridge pass it as well, since each pod's address is a /32 and the node routes between them.
///
/// Promises:
/// - one transaction for each change, which touches the elements of groups that changed only;
/// - a replacement of everything is one transaction too, so that no packet falls between two rule sets;
/// - ICMP passes, neighbour discovery with it: a NetworkPolicy concerns TCP, UDP and SCTP, and path MTU discovery needs ICMP;
/// - a pod always reaches itself, through a service as well.
///
/// Read [PolicyTable] first, then [MarksTable].
@NullMarked
package io.moka.proxy.policy.nftables;

import org.jspecify.annotations.NullMarked;
