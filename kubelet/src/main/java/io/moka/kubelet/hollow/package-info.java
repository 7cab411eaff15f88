/// Simulates many nodes in one process (hollow nodes), whose pods exist in the API alone. Used to try controllers and the scheduler at thousands of pods on a
/// small machine, without Docker and without root.
///
/// Promises:
/// - the real kubelet's [PodPlan][io.moka.kubelet.pod.PodPlan] decides which containers start, restart and end, and its
///   [PodStatuses][io.moka.kubelet.pod.PodStatuses] computes the status: a hollow pod's status is the same as a real pod's;
/// - a pod that starts, ends or restarts costs one status write, a pod that is deleted one write and one deletion (grace 0, by uid);
/// - a pod's annotations control how it starts, runs and ends ([HollowAnnotations]);
/// - all state is in the API and is read from there at the start: the process may be killed at any moment;
/// - N nodes cost two informers and a fixed number of threads; leases are renewed at even distances in time.
///
/// The pod workers of `io.moka.kubelet.pod` are bypassed. They are threads, one a pod, that wait for an engine, a network and volumes; here nothing
/// ever waits, so that one thread and one queue of timers serve all pods, at a tenth of the memory. There is no server for logs and exec, no
/// volume, no probe. Upstream's `kubemark` is a whole kubelet in a container for each hollow node.
///
/// Read [HollowPod] first, then [HollowPods] and [HollowHeartbeats].
@NullMarked
package io.moka.kubelet.hollow;

import org.jspecify.annotations.NullMarked;
