package io.moka.scheduler.predicates;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Predicate;
import io.moka.scheduler.framework.Verdict;
import java.util.Set;
import java.util.function.Function;

/// The pod asks for no node by name, or for this one.
final class NodeName implements Predicate {

    @Override
    public String name() {
        return "NodeName";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED);
    }

    @Override
    public Function<NodeInfo, Verdict> of(PodInfo pod) {
        var wanted = pod.pod().getSpec().getNodeName();
        return node -> wanted == null || wanted.isEmpty() || wanted.equals(node.name())
                ? Verdict.FITS : Verdict.doesNotFit("node(s) didn't match the requested node name");
    }
}
