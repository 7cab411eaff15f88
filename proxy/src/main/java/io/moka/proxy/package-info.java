/// The process: watches Services and EndpointSlices, and keeps the kernel's rules as they say.
///
/// Promises:
/// - a change reaches the kernel in one transaction that touches only the elements of the services that changed;
/// - many changes that come together become one transaction;
/// - a start, or a table that somebody flushed, is healed by one transaction that replaces everything.
///
/// Upstream's kube-proxy waits up to a second between two syncs and, but for its nftables mode, rewrites all rules. Read
/// [Proxy] first, then [ServiceChanges].
@NullMarked
package io.moka.proxy;

import org.jspecify.annotations.NullMarked;
