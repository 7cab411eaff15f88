/// Implements services as virtual services of IPVS, the kernel's own load balancer, which offers further ways to choose an endpoint than at random.
///
/// The way of a packet: prerouting → the table of mode nftables, which looks the front up and marks the connection (`0x8000`) and, where the endpoint is
/// to see the node's address, the packet (`0x4000`) → the routing, for which the service's address is one of the node's own, as the interface `kube-ipvs0` has it → input → IPVS,
/// which finds the virtual service (protocol, address, port) in a hash table, lets its scheduler choose an endpoint and changes the destination → output →
/// postrouting, where the table masquerades by the mark. Answers are forwarded, and IPVS changes their source back on the way. Packets of the node itself meet
/// IPVS in output. So packets to a service pass input and output, not forward: in this mode network policies hold in output, too.
///
/// Cost: one look-up in the table's map and one in IPVS' hash table for the first packet of a connection, one in IPVS' table of connections for each later
/// packet, and a connection takes an entry (some 300 bytes) there beside the one in the connection table. A change starts `nft`, `ipvsadm` and `ip` once or twice each
/// and touches its own service alone; the interface's addresses are a list, so loading thousands of them grows with their square, if slowly.
///
/// The rules of mode nftables ([io.moka.proxy.nftables.Balancing#IPVS]) do everything that IPVS cannot do: source ranges, dropping and refusing, masquerading,
/// and the separate choice of endpoints for pods and the node where `externalTrafficPolicy` is `Local`, since IPVS knows one choice for each address. Sets of
/// iptables could do the first three, but they would need one more program and a second text of the same rules.
///
/// Promises:
/// - a virtual service or endpoint is added before the table leads packets to it and removed after the table has stopped doing so: a change loses no
///   connection;
/// - an endpoint that has gone has weight 0 until its last TCP connection has ended (checked a second after each change and twice a minute), so that existing
///   connections continue and no new one is made; UDP and SCTP move at once;
/// - a virtual service counts as the proxy's if its address is on `kube-ipvs0` or in the services' range, or is the node's own and one of its endpoints is a
///   pod; virtual services of other programs are left alone;
/// - the node answers no ARP for addresses of load balancers and external IPs on `kube-ipvs0`: the program that announces these addresses decides which node
///   answers.
///
/// Differs from the other modes: a client with affinity is remembered for the time of the affinity, but at least for as long as IPVS remembers one of its connections
/// (two minutes after the end of a TCP connection). Node ports are served at the addresses that the node has when the rules are installed; a change of those replaces all rules.
///
/// Upstream's mode uses sets of iptables for the rest, makes the answers to ARP depend on `--ipvs-strict-arp`, and gives pods the same endpoints as `Local`
/// traffic from outside. Read [IpvsRuleSet] first, then [Ipvs].
@NullMarked
package io.moka.proxy.ipvs;

import org.jspecify.annotations.NullMarked;
