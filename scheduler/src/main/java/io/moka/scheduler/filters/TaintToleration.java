package io.moka.scheduler.filters;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.Verdict;
import io.moka.machinery.meta.Tolerations;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Refuses nodes with a `NoSchedule` or `NoExecute` taint that the pod does not tolerate.
public final class TaintToleration implements Filter, ByShape {

    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTS_CHANGED, ClusterEvent.POD_CHANGED);
    }

    @Override
    public boolean helps(PodInfo waiting, Change change) {
        return !(change instanceof Change.OfNode node) || node.after().getSpec() == null
                || Tolerations.untolerated(waiting.pod().getSpec().getTolerations(), node.after().getSpec().getTaints()) == null;
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var tolerations = pod.pod().getSpec().getTolerations();
        return node -> {
            var taint = Tolerations.untolerated(tolerations, node.taints());
            if (taint == null) {
                return Verdict.SUCCESS;
            }
            var value = taint.getValue() == null ? "" : taint.getValue();
            return Verdict.unresolvable("node(s) had untolerated taint {" + taint.getKey() + ": " + value + "}");
        };
    }

    @Override
    public String remedy(CycleState state, PodInfo pod, NodeInfo node) {
        var tolerations = pod.pod().getSpec().getTolerations();
        return node.taints().stream().filter(taint -> Tolerations.untolerated(tolerations, List.of(taint)) != null)
                .map(taint -> taint.getKey() + (taint.getValue() == null || taint.getValue().isEmpty() ? "" : "=" + taint.getValue()) + ":" + taint.getEffect())
                .collect(Collectors.joining(" and ", "needs a toleration of ", " in the pod"));
    }
}
