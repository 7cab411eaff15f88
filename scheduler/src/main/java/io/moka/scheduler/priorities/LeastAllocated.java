package io.moka.scheduler.priorities;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Priority;
import java.util.List;

/// Prefers the node with the most CPU and memory left after the pod is on it.
final class LeastAllocated implements Priority {

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public long[] scores(PodInfo pod, List<NodeInfo> nodes) {
        return nodes.stream().mapToLong(node -> {
            var used = node.weight().plus(pod.weight());
            return (free(used.milliCpu(), node.allocatable().milliCpu()) + free(used.memoryBytes(), node.allocatable().memoryBytes())) / 2;
        }).toArray();
    }

    private static long free(long used, long allocatable) {
        return allocatable == 0 || used > allocatable ? 0 : (long) ((double) (allocatable - used) / allocatable * MAX);
    }
}
