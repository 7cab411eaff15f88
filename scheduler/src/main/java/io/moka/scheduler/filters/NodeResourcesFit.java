package io.moka.scheduler.filters;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.ResourceAmounts;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Refuses nodes that lack free resources for the pod: CPU, memory, ephemeral storage, extended resources or a place among the node's pods. The
/// refusal is unresolvable, so preemption skips the node, when the node would be too small even without other pods.
public final class NodeResourcesFit implements Filter, ByShape {

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_ALLOCATABLE_CHANGED, ClusterEvent.POD_REMOVED, ClusterEvent.POD_CHANGED);
    }

    /// A node that is too small for the pod, or has become smaller, does not help.
    @Override
    public boolean helps(PodInfo waiting, Change change) {
        if (!(change instanceof Change.OfNode node)) {
            return true;
        }
        var allocatable = allocatable(node.after());
        if (!isWithin(waiting.requests(), ResourceAmounts.of(allocatable))) {
            return false;
        }
        return node.before() == null || hasGrown(allocatable(node.before()), allocatable);
    }

    private static Map<String, Quantity> allocatable(Node node) {
        return node.getStatus() == null || node.getStatus().getAllocatable() == null ? Map.of() : node.getStatus().getAllocatable();
    }

    private static boolean hasGrown(Map<String, Quantity> before, Map<String, Quantity> after) {
        return after.entrySet().stream().anyMatch(e -> !before.containsKey(e.getKey())
                || e.getValue().getNumericalAmount().compareTo(before.get(e.getKey()).getNumericalAmount()) > 0);
    }

    private static boolean isWithin(ResourceAmounts wanted, ResourceAmounts allocatable) {
        return wanted.milliCpu() <= allocatable.milliCpu() && wanted.memoryBytes() <= allocatable.memoryBytes()
                && wanted.ephemeralStorageBytes() <= allocatable.ephemeralStorageBytes()
                && wanted.extended().entrySet().stream().allMatch(e -> e.getValue() <= allocatable.extended().getOrDefault(e.getKey(), 0L));
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var wanted = pod.requests();
        return node -> fits(wanted, node) ? Verdict.SUCCESS : refusal(wanted, node);
    }

    @Override
    public String remedy(CycleState state, PodInfo pod, NodeInfo node) {
        return new ResourceGap(pod.requests(), node).describe();
    }

    private static boolean fits(ResourceAmounts wanted, NodeInfo node) {
        return node.pods().size() < node.allocatablePods()
                && fits(wanted.milliCpu(), node.requested().milliCpu(), node.allocatable().milliCpu())
                && fits(wanted.memoryBytes(), node.requested().memoryBytes(), node.allocatable().memoryBytes())
                && fits(wanted.ephemeralStorageBytes(), node.requested().ephemeralStorageBytes(), node.allocatable().ephemeralStorageBytes())
                && (wanted.extended().isEmpty() || wanted.extended().entrySet().stream().allMatch(e -> fits(e.getValue(), amount(node.requested(), e.getKey()),
                        amount(node.allocatable(), e.getKey()))));
    }

    private static Verdict refusal(ResourceAmounts wanted, NodeInfo node) {
        var reasons = new ArrayList<String>(2);
        if (node.pods().size() + 1 > node.allocatablePods()) {
            reasons.add("Too many pods");
        }
        check(reasons, "cpu", wanted.milliCpu(), node.requested().milliCpu(), node.allocatable().milliCpu());
        check(reasons, "memory", wanted.memoryBytes(), node.requested().memoryBytes(), node.allocatable().memoryBytes());
        check(reasons, "ephemeral-storage", wanted.ephemeralStorageBytes(), node.requested().ephemeralStorageBytes(), node.allocatable().ephemeralStorageBytes());
        wanted.extended().forEach((name, amount) -> check(reasons, name, amount, amount(node.requested(), name), amount(node.allocatable(), name)));
        return isWithin(wanted, node.allocatable()) ? new Verdict.Unschedulable(reasons) : new Verdict.Unresolvable(reasons);
    }

    private static long amount(ResourceAmounts amounts, String extended) {
        return amounts.extended().getOrDefault(extended, 0L);
    }

    private static boolean fits(long wanted, long taken, long allocatable) {
        return wanted <= 0 || wanted <= allocatable - taken;
    }

    private static void check(List<String> reasons, String resource, long wanted, long taken, long allocatable) {
        if (!fits(wanted, taken, allocatable)) {
            reasons.add("Insufficient " + resource);
        }
    }
}
