package io.moka.scheduler.predicates;

import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Predicate;
import io.moka.scheduler.framework.Verdict;
import java.util.Set;
import java.util.function.Function;

/// The node is not cordoned, or the pod tolerates that.
final class NodeUnschedulable implements Predicate {

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTS_CHANGED, ClusterEvent.POD_CHANGED);
    }

    @Override
    public Function<NodeInfo, Verdict> of(PodInfo pod) {
        var cordon = new TaintBuilder().withKey("node.kubernetes.io/unschedulable").withEffect("NoSchedule").build();
        boolean tolerated = Tolerations.tolerate(pod.pod().getSpec().getTolerations(), cordon);
        return node -> tolerated || node.node().getSpec() == null || !Boolean.TRUE.equals(node.node().getSpec().getUnschedulable())
                ? Verdict.FITS : Verdict.doesNotFit("node(s) were unschedulable");
    }
}
