package io.moka.scheduler.predicates;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Predicate;
import io.moka.scheduler.framework.Verdict;
import java.util.Set;
import java.util.function.Function;

/// The host ports that the pod wants are free on the node.
final class NodePorts implements Predicate {

    @Override
    public String name() {
        return "NodePorts";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.POD_REMOVED);
    }

    @Override
    public Function<NodeInfo, Verdict> of(PodInfo pod) {
        return node -> {
            for (var wanted : pod.hostPorts()) {
                for (var other : node.pods()) {
                    if (other.hostPorts().stream().anyMatch(wanted::collidesWith)) {
                        return Verdict.doesNotFit("node(s) didn't have free ports for the requested pod ports");
                    }
                }
            }
            return Verdict.FITS;
        };
    }
}
