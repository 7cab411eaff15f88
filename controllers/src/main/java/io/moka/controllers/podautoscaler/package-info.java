/// Scales the targets of HorizontalPodAutoscalers by the resource usage of their pods, or by any other metric.
///
/// Watches autoscalers (autoscaling/v2) and pods; every 15 seconds it reads each autoscaler's metrics through the aggregated APIs (metrics.k8s.io,
/// custom.metrics.k8s.io, external.metrics.k8s.io) and the target's `scale`. Writes that `scale` and the autoscaler's status.
///
/// ```
/// scale ── TargetPods ──┐
///                       ├─ ReplicaCalculator ── Proposal, one a metric ── the largest ── ScalingLimits ── scale, status
/// metrics ─ MetricsApi ─┘                                                   ScalingHistory ┘
/// ```
///
/// Invariants:
/// - only the target's own pods count, by owner and not by labels alone: terminating, finished and foreign pods never do, so that neither a roll-out
///   nor another workload with the same labels scales anything;
/// - where a metric cannot be read, the target is not scaled down;
/// - the replicas that are written lie between the autoscaler's bounds, and no policy of its `behavior` is exceeded.
///
/// Follows upstream's `pkg/controller/podautoscaler`, in the arithmetic to the letter. It differs in the pods that count, and in that an autoscaler without a
/// `behavior` has the documented default one, policies included. Recommendations are kept in memory, as upstream's are: a manager that has just become leader
/// has none. Read [ReplicaCalculator] first.
@NullMarked
package io.moka.controllers.podautoscaler;

import org.jspecify.annotations.NullMarked;
