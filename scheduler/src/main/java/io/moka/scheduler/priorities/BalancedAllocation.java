package io.moka.scheduler.priorities;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Priority;
import java.util.List;

/// Prefers the node on which CPU and memory would be used to about the same share, so that neither is left over alone.
final class BalancedAllocation implements Priority {

    @Override
    public String name() {
        return "NodeResourcesBalancedAllocation";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public long[] scores(PodInfo pod, List<NodeInfo> nodes) {
        return nodes.stream().mapToLong(node -> {
            var used = node.requested().plus(pod.requests());
            double cpu = share(used.milliCpu(), node.allocatable().milliCpu());
            double memory = share(used.memoryBytes(), node.allocatable().memoryBytes());
            double deviation = Math.abs(cpu - memory) / 2;
            return (long) ((1 - deviation) * MAX);
        }).toArray();
    }

    private static double share(long used, long allocatable) {
        return allocatable == 0 ? 1 : Math.min(1, (double) used / allocatable);
    }
}
