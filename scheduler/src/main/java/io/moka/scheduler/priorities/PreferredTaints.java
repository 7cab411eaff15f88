package io.moka.scheduler.priorities;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Priority;
import io.moka.scheduler.predicates.Tolerations;
import java.util.List;

/// Prefers nodes with fewer `PreferNoSchedule` taints that the pod does not tolerate.
final class PreferredTaints implements Priority {

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public int weight() {
        return 3;
    }

    @Override
    public long[] scores(PodInfo pod, List<NodeInfo> nodes) {
        var tolerations = pod.pod().getSpec().getTolerations();
        return Priority.normalize(nodes.stream().mapToLong(node -> node.taints().stream()
                .filter(taint -> "PreferNoSchedule".equals(taint.getEffect()) && !Tolerations.tolerate(tolerations, taint)).count()).toArray(), true);
    }
}
