/// The node as the API sees it: registered, alive, and with what it has to give.
///
/// Promises:
/// - the node is registered as soon as the apiserver answers, and Ready as soon as engine and network are;
/// - the lease is renewed every 10 s; the status is sent when something in it has changed, and at least every 5 min;
/// - a node object that somebody deletes is made again.
///
/// Upstream evicts pods under memory or disk pressure; here pressure is only told. Read [NodeAgent] first.
@NullMarked
package io.moka.kubelet.node;

import org.jspecify.annotations.NullMarked;
