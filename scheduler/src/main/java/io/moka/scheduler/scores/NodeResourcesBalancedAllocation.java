package io.moka.scheduler.scores;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.PreScore;
import io.moka.scheduler.framework.Score;
import io.moka.scheduler.framework.Verdict;
import java.util.List;
import java.util.function.ToLongFunction;

/// Prefers the node on which CPU and memory would be used to about the same share, so that neither is left over alone. Gives no scores for a pod that requests
/// neither.
public final class NodeResourcesBalancedAllocation implements PreScore, Score, ByShape {

    @Override
    public String name() {
        return "NodeResourcesBalancedAllocation";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public Verdict preScore(CycleState state, PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        return pod.requests().milliCpu() == 0 && pod.requests().memoryBytes() == 0 ? Verdict.SKIP : Verdict.SUCCESS;
    }

    @Override
    public ToLongFunction<NodeInfo> score(CycleState state, PodInfo pod) {
        var wanted = pod.requests();
        return node -> {
            double cpu = share(node.requested().milliCpu() + wanted.milliCpu(), node.allocatable().milliCpu());
            double memory = share(node.requested().memoryBytes() + wanted.memoryBytes(), node.allocatable().memoryBytes());
            double deviation = Math.abs(cpu - memory) / 2;
            return (long) ((1 - deviation) * MAX);
        };
    }

    private static double share(long used, long allocatable) {
        return allocatable == 0 ? 1 : Math.min(1, (double) used / allocatable);
    }
}
