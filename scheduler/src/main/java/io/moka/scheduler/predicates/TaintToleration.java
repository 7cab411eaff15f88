package io.moka.scheduler.predicates;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Predicate;
import io.moka.scheduler.framework.Verdict;
import java.util.Set;
import java.util.function.Function;

/// The node has no `NoSchedule` or `NoExecute` taint that the pod does not tolerate.
final class TaintToleration implements Predicate {

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTS_CHANGED, ClusterEvent.POD_CHANGED);
    }

    @Override
    public Function<NodeInfo, Verdict> of(PodInfo pod) {
        var tolerations = pod.pod().getSpec().getTolerations();
        return node -> {
            for (var taint : node.taints()) {
                if (!"PreferNoSchedule".equals(taint.getEffect()) && !Tolerations.tolerate(tolerations, taint)) {
                    var value = taint.getValue() == null ? "" : taint.getValue();
                    return Verdict.doesNotFit("node(s) had untolerated taint {" + taint.getKey() + ": " + value + "}");
                }
            }
            return Verdict.FITS;
        };
    }
}
