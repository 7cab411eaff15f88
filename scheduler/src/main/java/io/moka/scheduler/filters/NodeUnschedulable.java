package io.moka.scheduler.filters;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.Verdict;
import io.moka.machinery.meta.Tolerations;
import java.util.Set;

/// Refuses cordoned nodes, unless the pod tolerates that.
public final class NodeUnschedulable implements Filter, ByShape {

    private static final Verdict REFUSED = Verdict.unresolvable("node(s) were unschedulable");

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTS_CHANGED, ClusterEvent.POD_CHANGED);
    }

    @Override
    public boolean helps(PodInfo waiting, Change change) {
        return !(change instanceof Change.OfNode node) || !isCordoned(node.after());
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var cordon = new TaintBuilder().withKey("node.kubernetes.io/unschedulable").withEffect("NoSchedule").build();
        boolean tolerated = Tolerations.tolerate(pod.pod().getSpec().getTolerations(), cordon);
        return node -> tolerated || !isCordoned(node.node()) ? Verdict.SUCCESS : REFUSED;
    }

    @Override
    public String remedy(CycleState state, PodInfo pod, NodeInfo node) {
        return "is cordoned; kubectl uncordon " + node.name() + " opens it";
    }

    private static boolean isCordoned(Node node) {
        return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }
}
