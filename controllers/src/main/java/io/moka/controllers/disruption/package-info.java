/// Computes how many of a PodDisruptionBudget's pods may be evicted now; the apiserver's eviction counts down from there.
///
/// Watches budgets, pods and the objects that say how many pods there should be (Deployments, ReplicaSets, StatefulSets, ReplicationControllers; of any other
/// kind the `scale` subresource is read). Writes the budgets' status, and resets `DisruptionTarget` on pods that were not deleted after all.
///
/// Invariants:
/// - while a budget's state cannot be computed, it allows nothing;
/// - a pod whose eviction was allowed counts as gone for two minutes, or until it is deleted.
///
/// Follows upstream's `pkg/controller/disruption`; unlike there, a budget is also computed anew as soon as its pods' owner is scaled. Read [BudgetPlan].
@NullMarked
package io.moka.controllers.disruption;

import org.jspecify.annotations.NullMarked;
