/// Keeps as many pods of a ReplicaSet running as it says.
///
/// Promises:
/// - pods are created in growing batches (1, 2, 4, ...), so that a template that is refused costs one attempt, not hundreds;
/// - what is deleted first is what is worth least: not scheduled, not ready, doubled on a node, youngest;
/// - pods that match the selector and have no controller are adopted; those that stop matching are released.
///
/// Follows upstream's `pkg/controller/replicaset`. Read [ReplicaSetReconciler].
@NullMarked
package io.moka.controllers.replicaset;

import org.jspecify.annotations.NullMarked;
