/// Watches the nodes' heartbeats, marks those that are silent, and moves pods away from them. Also gives each node its share of the
/// pod addresses, and clears away pods of nodes that are gone.
///
/// Promises:
/// - a node whose lease was not renewed for 40 s becomes `Ready: Unknown` and gets the `unreachable` taint; one that says it is not
///   ready gets `not-ready`; both taints go when the reason goes;
/// - a pod on a node with a `NoExecute` taint is deleted as soon as its tolerations allow: at once, after `tolerationSeconds`, or never;
/// - clocks of nodes do not matter: what counts is when we saw a heartbeat change.
///
/// Follows upstream's `nodelifecycle`, `tainteviction`, `nodeipam` and `podgc`. Read [NodeReconciler].
@NullMarked
package io.moka.controllers.node;

import org.jspecify.annotations.NullMarked;
