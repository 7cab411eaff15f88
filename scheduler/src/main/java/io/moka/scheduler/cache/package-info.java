/// The scheduler's cache of nodes and of the pods on them.
///
/// Promises:
/// - a [NodeInfo] is immutable; a change makes a new one;
/// - a [Snapshot] copies only the nodes that changed since it was last refreshed;
/// - pods are counted by labels once for each node and each change of its pods ([NodeInfo#count]);
/// - the room that preemption makes for a pod is reserved by the pod's nomination until the pod has a node;
/// - an assumed pod counts as if it were bound, until it is confirmed, forgotten or deleted.
///
/// Follows upstream's `pkg/scheduler/backend/cache`. Read [NodeInfo], then [ClusterCache].
@NullMarked
package io.moka.scheduler.cache;

import org.jspecify.annotations.NullMarked;
