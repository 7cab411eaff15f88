/// Keeps as many pods of a template running as a ReplicaSet says; a ReplicationController is handled by the same code [with another selector][ReplicaKind].
///
/// Watches ReplicaSets and pods; writes pods (creates, deletes, adopts, releases) and the sets' status.
///
/// Promises:
/// - pods are created in growing batches (1, 2, 4, ...), so that a template that is refused costs one attempt, not hundreds;
/// - the pods of least value are deleted first ([DeletionOrder]);
/// - pods that match the selector and have no controller are adopted; those that stop matching are released.
///
/// Follows upstream's `pkg/controller/replicaset`. Read [ReplicaPlan], then [ReplicaReconciler].
@NullMarked
package io.moka.controllers.replicaset;

import org.jspecify.annotations.NullMarked;
