package io.moka.scheduler.filters;

import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import java.util.Set;

/// Refuses all nodes for a pod with resource claims. Nothing in the cluster allocates devices, and the kubelet starts no such pod.
///
/// It has the name of upstream's plugin, which allocates devices from the drivers' ResourceSlices.
public final class DynamicResources implements PreFilter {

    private static final Result REFUSED = new Result(Verdict.unresolvable("cannot allocate all claims: devices are not supported"), null);

    @Override
    public String name() {
        return "DynamicResources";
    }

    /// The claims of a pod cannot be changed.
    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of();
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
        return pod.pod().getSpec().getResourceClaims().isEmpty() ? Result.SKIP : REFUSED;
    }
}
