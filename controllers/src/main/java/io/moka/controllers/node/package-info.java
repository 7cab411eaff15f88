/// Watches the nodes' heartbeats, marks silent nodes, and moves pods away from them. Also assigns each node its range of pod addresses.
///
/// Promises:
/// - a node whose lease was not renewed for 40 s becomes `Ready: Unknown` and gets the `unreachable` taint; a node that reports that it is not ready gets
///   `not-ready`; both taints are removed when their reason is gone;
/// - if many nodes become silent at once, their pods are moved slowly, and none are moved if all nodes are silent ([EvictionRates]);
/// - a pod on a node with a `NoExecute` taint is deleted as soon as its tolerations allow: at once, after `tolerationSeconds`, or never;
/// - clocks of nodes do not matter: only the time when this process saw a heartbeat change counts.
///
/// Follows upstream's `nodelifecycle`, `tainteviction` and `nodeipam`. Read [NodeReconciler].
@NullMarked
package io.moka.controllers.node;

import org.jspecify.annotations.NullMarked;
