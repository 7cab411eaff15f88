package io.moka.scheduler.scores;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.ResourceAmounts;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Score;
import java.util.function.ToLongFunction;

/// Prefers nodes by the resources that would remain free on them; by default the node with the most free CPU and memory.
public final class NodeResourcesFitScore implements Score, ByShape {

    private final ScoringStrategy strategy;

    public NodeResourcesFitScore(ScoringStrategy strategy) {
        this.strategy = strategy;
    }

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public ToLongFunction<NodeInfo> score(CycleState state, PodInfo pod) {
        return node -> {
            long score = 0;
            long weights = 0;
            for (var resource : strategy.resources()) {
                long allocatable = node.allocatable().of(resource.name());
                long wanted = pod.weight().of(resource.name());
                boolean counts = allocatable > 0 && (wanted > 0 || !ResourceAmounts.isExtended(resource.name()));
                if (counts) {
                    score += strategy.score(node.weight().of(resource.name()) + wanted, allocatable) * resource.weight();
                    weights += resource.weight();
                }
            }
            return weights == 0 ? 0 : score / weights;
        };
    }
}
