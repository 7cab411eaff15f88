/// The proxy process: watches Services and EndpointSlices, and keeps the kernel's rules in step with them.
///
/// Promises:
/// - a change reaches the kernel in one transaction, which in mode nftables touches only the elements of the services that changed;
/// - many changes that come together become one transaction;
/// - at the start, or after a program has flushed the rules, one transaction replaces all rules;
/// - a service whose rules are refused, or an address family that fails, does not affect the others.
///
/// Upstream's kube-proxy waits up to a second between two syncs and, but for its nftables mode, rewrites all rules. Read
/// [Proxy] first, then [RuleSet] and [ProxyLoop].
@NullMarked
package io.moka.proxy;

import org.jspecify.annotations.NullMarked;
