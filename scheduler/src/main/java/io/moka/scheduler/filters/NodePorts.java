package io.moka.scheduler.filters;

import io.moka.scheduler.cache.HostPort;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Refuses nodes on which a host port that the pod requests is in use.
public final class NodePorts implements PreFilter, Filter, ByShape {

    private static final Verdict REFUSED = Verdict.unschedulable("node(s) didn't have free ports for the requested pod ports");

    @Override
    public String name() {
        return "NodePorts";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.POD_REMOVED);
    }

    @Override
    public boolean helps(PodInfo waiting, Change change) {
        return !(change instanceof Change.OfPod pod) || pod.before() == null || collides(waiting, pod.before().hostPorts());
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
        return pod.hostPorts().isEmpty() ? Result.SKIP : Result.ALL_NODES;
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        return node -> isFree(pod, node) ? Verdict.SUCCESS : REFUSED;
    }

    @Override
    public String remedy(CycleState state, PodInfo pod, NodeInfo node) {
        return node.pods().stream().filter(other -> collides(pod, other.hostPorts()))
                .map(other -> "pod " + other.key() + ", priority " + other.priority() + ", holds a host port that the pod wants").collect(Collectors.joining("; "));
    }

    private static boolean isFree(PodInfo pod, NodeInfo node) {
        return !collides(pod, node.hostPorts());
    }

    private static boolean collides(PodInfo pod, List<HostPort> taken) {
        for (var wanted : pod.hostPorts()) {
            for (var other : taken) {
                if (wanted.collidesWith(other)) {
                    return true;
                }
            }
        }
        return false;
    }
}
