package io.moka.scheduler.framework;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import java.util.List;
import java.util.function.ToLongFunction;

/// A reason to prefer one node to another. The seeds call it a priority.
public interface Score extends Plugin {

    /// The best score before weighting.
    long MAX = 100;

    /// The weight that a profile gives the plugin unless its configuration says otherwise.
    int weight();

    /// Looks at the pod and the state once, and returns what scores each node.
    ToLongFunction<NodeInfo> score(CycleState state, PodInfo pod);

    /// Brings all scores into 0 to [#MAX]. Upstream's `NormalizeScore`.
    ///
    /// @param scores in the order of the nodes
    default void normalize(CycleState state, PodInfo pod, List<NodeInfo> feasible, long[] scores) {
    }

    /// Stretches raw scores so that the largest becomes [#MAX]; reversed, so that it becomes 0.
    static void stretch(long[] raw, boolean reverse) {
        long max = 0;
        for (long score : raw) {
            max = Math.max(max, score);
        }
        for (int i = 0; i < raw.length; i++) {
            long scaled = max == 0 ? 0 : raw[i] * MAX / max;
            raw[i] = reverse ? MAX - scaled : scaled;
        }
    }
}
