/// Implements services as chains of iptables, laid out and named as in upstream's iptables mode, for kernels without nftables and for readers who know
/// upstream's chains.
///
/// The way of a packet, in the table `nat`: `PREROUTING` or `OUTPUT` → `KUBE-SERVICES`, one rule for each front → `KUBE-SVC-<hash>` of the service's port, one
/// rule for each endpoint, each taken with the probability that makes all equal → `KUBE-SEP-<hash>`, which is the `DNAT`. Packets from outside pass
/// `KUBE-EXT-<hash>` first, where they are marked for `KUBE-POSTROUTING` to masquerade, and `KUBE-FW-<hash>` if a load balancer admits some clients only. Node
/// ports are looked up last, in `KUBE-NODEPORTS`. In the table `filter`, `KUBE-SERVICES` and `KUBE-EXTERNAL-SERVICES` refuse or drop packets that found no
/// endpoint.
///
/// Cost: the first packet of a connection passes half of the fronts on average; a change rewrites the chains that list all fronts, and of the
/// others only those of the services that changed. So both grow with the number of services.
///
/// Promises:
/// - one `iptables-restore --noflush` for a change; chains of other programs are never touched;
/// - works with either back end, `iptables-nft` and `iptables-legacy`;
/// - session affinity remembers the last 100 clients of an endpoint (`xt_recent`); others are balanced anew.
///
/// Differs from upstream's mode: TCP is refused by a reset, and so is an address of the services' range that no service has, as in mode nftables; node ports are not
/// served at loopback addresses, where a relay listens. Read [ServiceRules] first.
@NullMarked
package io.moka.proxy.iptables;

import org.jspecify.annotations.NullMarked;
