package io.moka.scheduler.framework;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import java.util.List;

/// A reason to prefer one node to another.
public interface Priority {

    /// The best score before weighting.
    long MAX = 100;

    /// Upstream's name of the same score plugin.
    String name();

    int weight();

    /// The score of each node, in their order, from 0 to [#MAX].
    long[] scores(PodInfo pod, List<NodeInfo> nodes);

    /// Stretches raw scores so that the largest becomes [#MAX]; reversed, so that it becomes 0.
    static long[] normalize(long[] raw, boolean reverse) {
        long max = 0;
        for (long score : raw) {
            max = Math.max(max, score);
        }
        for (int i = 0; i < raw.length; i++) {
            long scaled = max == 0 ? 0 : raw[i] * MAX / max;
            raw[i] = reverse ? MAX - scaled : scaled;
        }
        return raw;
    }
}
