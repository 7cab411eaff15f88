package io.moka.scheduler.filters;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.Verdict;
import java.util.Set;

/// Refuses all nodes except the one that the pod's `spec.nodeName` names. A pod without a name there is never refused.
public final class NodeName implements Filter, ByShape {

    private static final Verdict REFUSED = Verdict.unresolvable("node(s) didn't match the requested node name");

    @Override
    public String name() {
        return "NodeName";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED);
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var wanted = pod.pod().getSpec().getNodeName();
        return wanted == null || wanted.isEmpty() ? node -> Verdict.SUCCESS : node -> wanted.equals(node.name()) ? Verdict.SUCCESS : REFUSED;
    }

    @Override
    public String remedy(CycleState state, PodInfo pod, NodeInfo node) {
        return "is not " + pod.pod().getSpec().getNodeName() + ", the node that the pod names";
    }
}
