/// Explains the way of a connection: name → address → rule → endpoint → interface, and which network policy allows or refuses it.
///
/// The answer is computed from the API objects by the same model as the rules ([io.moka.proxy.model.ServiceModel], and [io.moka.proxy.policy.model.PolicyBook]
/// for policies); the kernel's state is read from the kernel. On request a packet is followed by `nft monitor trace`.
///
/// Promises: without a question, nothing is kept in memory and nothing runs; an answer changes no rule, except for the trace's own table, which is removed with
/// the answer.
///
/// Upstream has no such function; users read `iptables-save`, `nft list ruleset` and `conntrack -L`. Read [PathFinder].
@NullMarked
package io.moka.proxy.path;

import org.jspecify.annotations.NullMarked;
