/// Serves metrics.k8s.io/v1beta1, the present resource usage of pods and nodes, which `kubectl top` and autoscalers read.
///
/// The apiserver passes requests for the group on to this process, as an aggregated API. Counters come from each kubelet's `/metrics/resource`, through the
/// apiserver's node proxy; the usage per second is computed from the difference of two readings.
///
/// Invariants:
/// - a kubelet is read only when a request comes, and at most every ten seconds;
/// - a pod has metrics as soon as all of its containers have run for a second;
/// - a kubelet that does not answer within five seconds costs its own pods' metrics alone.
///
/// This package replaces upstream's metrics-server, which samples every fifteen seconds even without requests. An APIService of another server takes
/// precedence: this one is created only if there is none. Read [UsageStore] first.
@NullMarked
package io.moka.controllers.resourcemetrics;

import org.jspecify.annotations.NullMarked;
