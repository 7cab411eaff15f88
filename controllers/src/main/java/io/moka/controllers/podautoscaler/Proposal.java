package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import java.util.List;

/// The number of replicas that one metric asks for.
///
/// @param metric its name in conditions and events, such as `cpu resource utilization (percentage of request)`
/// @param status its value, as the autoscaler's status shows it
/// @param arithmetic the computation of the number, a line for each step
record Proposal(int replicas, String metric, MetricStatus status, List<String> arithmetic) {
}
