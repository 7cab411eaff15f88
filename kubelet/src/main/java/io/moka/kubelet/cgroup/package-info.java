/// Control groups of pods: one for each pod, below one for its quality of service, below the node's.
///
/// ```
/// /moka/<cluster>                      the node's pods together: allocatable CPU and memory
/// /moka/<cluster>/pod<uid>             a guaranteed pod
/// /moka/<cluster>/burstable/pod<uid>   CPU shares of all burstable pods together: the sum of their requests
/// /moka/<cluster>/besteffort/pod<uid>  the fewest shares there are
/// ```
///
/// The engine makes the groups, as the parents of the containers that it starts; this package names them, writes their limits once the sandbox runs, before the
/// first container does, and removes them. The package works with cgroup versions 1 and 2, and with both of Docker's drivers, as it reads from the kernel which
/// group the sandbox is in.
///
/// Promises:
/// - processes and threads are limited for each pod, not for each container;
/// - only the group of the pod itself is ever written to: its name is compared with the pod's uid first;
/// - a limit that the kernel refuses keeps no pod from running. The refusal is logged, and the limit is written again at the next sync of the pod.
///
/// Follows upstream's `pkg/kubelet/cm`: `ResourceConfigForPod` and `qosContainerManagerImpl`. Upstream makes the groups itself, before the
/// containers. Read [PodCgroups] first.
@NullMarked
package io.moka.kubelet.cgroup;

import org.jspecify.annotations.NullMarked;
