package io.moka.kubelet.stats;

/// CPU and memory usage of a cgroup: the few values that autoscalers and eviction need.
///
/// @param workingSetBytes the memory that can't be reclaimed without swapping: usage minus inactive file pages
/// @param processes how many there are in the cgroup itself
public record Usage(long cpuNanos, long memoryBytes, long workingSetBytes, long rssBytes, long processes) {

    static Usage of(long cpuNanos, long memoryBytes, long inactiveFileBytes, long rssBytes, long processes) {
        return new Usage(cpuNanos, memoryBytes, Math.max(0, memoryBytes - inactiveFileBytes), rssBytes, processes);
    }
}
