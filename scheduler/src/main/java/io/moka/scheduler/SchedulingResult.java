package io.moka.scheduler;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.framework.ClusterEvent;
import java.util.Set;

/// What a scheduling cycle came to.
sealed interface SchedulingResult {

    /// @param evaluated how many nodes were looked at
    /// @param feasible how many of them fit
    record Scheduled(NodeInfo node, int evaluated, int feasible) implements SchedulingResult {
    }

    /// @param message as users know it: `0/3 nodes are available: 1 Insufficient cpu, ...`
    /// @param helpedBy the events that the refusing predicates name
    record Unschedulable(String message, Set<ClusterEvent> helpedBy) implements SchedulingResult {
    }
}
