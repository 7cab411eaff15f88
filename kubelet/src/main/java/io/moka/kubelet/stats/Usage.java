package io.moka.kubelet.stats;

/// CPU and memory usage of a cgroup: the few values that autoscalers and eviction need.
///
/// @param workingSetBytes the memory that can't be reclaimed without swapping: usage minus inactive file pages
public record Usage(long cpuNanos, long memoryBytes, long workingSetBytes, long rssBytes) {

    static Usage of(long cpuNanos, long memoryBytes, long inactiveFileBytes, long rssBytes) {
        return new Usage(cpuNanos, memoryBytes, Math.max(0, memoryBytes - inactiveFileBytes), rssBytes);
    }
}
