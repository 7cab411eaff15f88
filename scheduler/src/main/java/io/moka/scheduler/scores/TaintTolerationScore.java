package io.moka.scheduler.scores;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Score;
import io.moka.machinery.meta.Tolerations;
import java.util.List;
import java.util.function.ToLongFunction;

/// Prefers nodes with fewer `PreferNoSchedule` taints that the pod does not tolerate.
public final class TaintTolerationScore implements Score, ByShape {

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public int weight() {
        return 3;
    }

    @Override
    public ToLongFunction<NodeInfo> score(CycleState state, PodInfo pod) {
        var tolerations = pod.pod().getSpec().getTolerations();
        return node -> {
            long untolerated = 0;
            for (var taint : node.taints()) {
                if ("PreferNoSchedule".equals(taint.getEffect()) && !Tolerations.tolerate(tolerations, taint)) {
                    untolerated++;
                }
            }
            return untolerated;
        };
    }

    @Override
    public void normalize(CycleState state, PodInfo pod, List<NodeInfo> feasible, long[] scores) {
        Score.stretch(scores, true);
    }
}
