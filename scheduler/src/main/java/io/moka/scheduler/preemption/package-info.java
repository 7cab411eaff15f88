/// Makes room for important pods: for a pod that fits nowhere, pods of lower priority may be evicted from one node.
///
/// The way: [DefaultPreemption] tries nodes on copies → [VictimSelection] finds the fewest and least important victims of each → the best [Candidate] wins →
/// its node is nominated for the pod, in the cache and in `status.nominatedNodeName`, so that pods of lower priority do not take the room → [Evictions] deletes
/// the victims, which end gracefully → the pod is tried again as the victims end.
///
/// Promises:
/// - nothing is evicted for a pod with `preemptionPolicy: Never`, nor a second time while the victims of the first preemption are ending;
/// - PodDisruptionBudgets are respected where there is a choice; they do not prevent preemption;
/// - a failed eviction gives the nomination back.
///
/// Follows upstream's `framework/preemption` and `plugins/defaultpreemption`. Extenders are not asked. Read [DefaultPreemption].
@NullMarked
package io.moka.scheduler.preemption;

import org.jspecify.annotations.NullMarked;
