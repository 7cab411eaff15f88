/// Runs the kernel's own tools (`nft`, `iptables-restore`, `conntrack`, `ip`) as processes.
///
/// Promises:
/// - one process for one transaction: the tool applies the whole script or nothing of it;
/// - each start has a deadline of a minute, after which the tool is killed;
/// - a refusal ([RulesRefusedException]) is distinguished from a failure (`IOException`): after a refusal the kernel's rules are unchanged.
///
/// Every package that writes rules uses this package; they share nothing else. Upstream's counterparts are `knftables` and `pkg/util/iptables`. Read [Tools]
/// first.
@NullMarked
package io.moka.proxy.kernel;

import org.jspecify.annotations.NullMarked;
