/// Keeps one pod of a DaemonSet on each node that it selects and whose taints it tolerates.
///
/// Watches DaemonSets, pods, nodes and ControllerRevisions; writes pods (creates, deletes, adopts, releases), revisions and the sets' status.
///
/// Promises:
/// - a pod is bound to its node by the scheduler: its required node affinity names that node and no other;
/// - a node has one pod of a set; while an update with `maxSurge` goes on, one old and one new;
/// - an update deletes pods that are available only while fewer than `maxUnavailable` nodes lack an available pod; an old pod that is not available is replaced
///   at once, as no availability is lost;
/// - a pod that failed is deleted and created anew, after a back-off that grows from 1 s to 15 min with each failure on the node;
/// - a roll-back to an earlier template restarts only the pods of other templates;
/// - a node's heartbeat costs nothing: a set is queued only when a change of a node changes whether the set's pod should run there.
///
/// Different from upstream: nodes are visited in the order of their names; a node's deletion queues the sets that ran there.
///
/// Follows upstream's `pkg/controller/daemon`. Read [DaemonSetPlan] and [DaemonSetUpdate], then [DaemonSetReconciler].
@NullMarked
package io.moka.controllers.daemonset;

import org.jspecify.annotations.NullMarked;
