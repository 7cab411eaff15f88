/// Keeps the pods of a StatefulSet: each with a name, a host name and volume claims of its own that outlive it.
///
/// Watches StatefulSets, pods, ControllerRevisions and PersistentVolumeClaims; writes pods (creates, deletes, adopts, releases, labels), claims
/// (creates, labels, owners; never deletes), revisions and the sets' status.
///
/// Promises, with `OrderedReady`:
/// - no pod is created, and none deleted to scale down or to update, while a pod before it in ordinal order is not available;
/// - pods are created from the lowest ordinal up and deleted from the highest down, one at a time (an update may take `maxUnavailable` at once).
///
/// Always:
/// - a pod is deleted for an update only while fewer than `maxUnavailable` pods are unavailable, and never below `partition`;
/// - there are never two pods of one ordinal: a pod that is being deleted is waited for;
/// - a pod's claims exist before the pod does, and are deleted only by the garbage collector, where the retention policy made the set or the pod their owner.
///
/// Different from upstream:
/// - A roll-out to a broken template stays blocked after the template is corrected, until the pod that is not ready is deleted: this is upstream's behaviour
///   and the default here. But the condition [`RolloutBlocked`][BlockedRollout] then names the pod, the reason and the command that unblocks the roll-out, and
///   the annotation `moka.io/recover-broken-rollout: "true"` on the set has the controller delete such pods by itself.
/// - Claims that are there already get the labels of their template and of the set's selector.
/// - Claims are created with their owner, and the deletion of a claim queues its set; upstream handles both at the set's next event.
///
/// Follows upstream's `pkg/controller/statefulset`. Read [StatefulSetPlan], then [StatefulSetReconciler].
@NullMarked
package io.moka.controllers.statefulset;

import org.jspecify.annotations.NullMarked;
