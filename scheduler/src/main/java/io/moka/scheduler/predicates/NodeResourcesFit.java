package io.moka.scheduler.predicates;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Predicate;
import io.moka.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.Set;
import java.util.function.Function;

/// What the pod requests is free on the node: CPU, memory, ephemeral storage, extended resources and a place among its pods.
final class NodeResourcesFit implements Predicate {

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_ALLOCATABLE_CHANGED, ClusterEvent.POD_REMOVED, ClusterEvent.POD_CHANGED);
    }

    @Override
    public Function<NodeInfo, Verdict> of(PodInfo pod) {
        return node -> verdict(pod, node);
    }

    private static Verdict verdict(PodInfo pod, NodeInfo node) {
        var wanted = pod.requests();
        var reasons = new ArrayList<String>(0);
        if (node.pods().size() + 1 > node.allocatablePods()) {
            reasons.add("Too many pods");
        }
        check(reasons, "cpu", wanted.milliCpu(), node.requested().milliCpu(), node.allocatable().milliCpu());
        check(reasons, "memory", wanted.memoryBytes(), node.requested().memoryBytes(), node.allocatable().memoryBytes());
        check(reasons, "ephemeral-storage", wanted.ephemeralStorageBytes(), node.requested().ephemeralStorageBytes(),
                node.allocatable().ephemeralStorageBytes());
        wanted.extended().forEach((name, amount) -> check(reasons, name, amount,
                node.requested().extended().getOrDefault(name, 0L), node.allocatable().extended().getOrDefault(name, 0L)));
        return reasons.isEmpty() ? Verdict.FITS : new Verdict.DoesNotFit(reasons);
    }

    private static void check(ArrayList<String> reasons, String resource, long wanted, long taken, long allocatable) {
        if (wanted > 0 && wanted > allocatable - taken) {
            reasons.add("Insufficient " + resource);
        }
    }
}
