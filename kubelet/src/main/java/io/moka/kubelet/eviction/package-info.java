/// Keeps the node alive when memory, disk or process ids run short: pods are evicted, one at a time, until enough is free again.
///
/// Promises:
/// - one reading of the node every 10 s; pods are measured only while a threshold is crossed;
/// - before a pod is evicted for disk, dead containers of finished pods and unused images are removed;
/// - one pod at a time, and the next only after the first has ended or 30 s have passed;
/// - critical pods are never evicted; an evicted pod stays as `Failed` with the reason `Evicted`, and its message names the resource that was short.
///
/// Upstream reads the root cgroup's `memory.stat` for `memory.available`; here `memory.available` is the kernel's own estimate, `MemAvailable`. Upstream also
/// has the kernel notify it when a memory threshold is crossed. Read [PressureState], then [EvictionPlan].
@NullMarked
package io.moka.kubelet.eviction;

import org.jspecify.annotations.NullMarked;
