package io.moka.scheduler.filters;

import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.PreEnqueue;
import io.moka.scheduler.framework.Verdict;
import java.util.Set;
import java.util.stream.Collectors;

/// Keeps a pod with scheduling gates out of activeQ until all of them are removed.
public final class SchedulingGates implements PreEnqueue {

    @Override
    public String name() {
        return "SchedulingGates";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.POD_CHANGED);
    }

    @Override
    public Verdict preEnqueue(PodInfo pod) {
        var gates = pod.pod().getSpec().getSchedulingGates();
        return gates.isEmpty() ? Verdict.SUCCESS : Verdict.unresolvable("waiting for scheduling gates: "
                + gates.stream().map(PodSchedulingGate::getName).collect(Collectors.joining(" ", "[", "]")));
    }
}
