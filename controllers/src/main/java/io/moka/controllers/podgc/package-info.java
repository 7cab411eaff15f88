/// Removes pods that no kubelet will ever end, and finished pods beyond a number.
///
/// Watches pods and nodes. Writes pods: the condition `DisruptionTarget` and the phase `Failed`, then a deletion without grace.
///
/// A pod is removed at once when
/// - its node was deleted, or does not exist for 40 s (a node may be registered a little after pods name it);
/// - it is being deleted and was never bound to a node;
/// - it is being deleted and its node, which is not ready, has the taint `node.kubernetes.io/out-of-service`.
///
/// If there are more finished pods than the threshold, the oldest are deleted.
///
/// Invariant: a deletion without grace cannot be undone, so the pod is read from the server before, and its uid is a precondition.
///
/// Follows upstream's `pkg/controller/podgc`; here an event queues a pod, while upstream checks all pods every 20 s, and if the deletion of a node was seen,
/// its pods are removed without waiting. Read [PodGcPlan].
@NullMarked
package io.moka.controllers.podgc;

import org.jspecify.annotations.NullMarked;
