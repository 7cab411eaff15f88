package io.moka.controllers.podautoscaler;

import java.util.List;

/// A number of replicas, with the steps of its computation.
///
/// @param usage of the metric: a percentage of the requests, or thousandths of its unit
/// @param averageMilli the average of a pod in thousandths of the metric's unit
/// @param arithmetic a line for each step
record Count(int replicas, long usage, long averageMilli, List<String> arithmetic) {
}
