package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.Pods;
import java.util.List;

/// Computes a DaemonSet's status from nodes and pods. If a node has several pods of the set, the oldest counts.
final class DaemonSetStatuses {

    private DaemonSetStatuses() {
    }

    /// The set with its new status, where the status differs.
    ///
    /// @param observed whether this generation has been acted on
    static Plan plan(DaemonState state, int collisions, boolean observed) {
        var status = of(state, collisions, observed);
        if (status.equals(state.set().getStatus())) {
            return Plan.NOTHING;
        }
        var changed = Json.copy(state.set());
        changed.setStatus(status);
        return new Plan(List.of(new Write.UpdateStatus(changed)), null);
    }

    private static DaemonSetStatus of(DaemonState state, int collisions, boolean observed) {
        int desired = 0;
        int current = 0;
        int misscheduled = 0;
        int ready = 0;
        int updated = 0;
        int available = 0;
        for (var node : state.fits().keySet()) {
            var oldest = state.on(node).stream().min(DaemonPods.OLDEST_FIRST).orElse(null);
            boolean shouldRun = DaemonSetPlan.shouldRun(state, node);
            desired += shouldRun ? 1 : 0;
            if (oldest == null) {
                continue;
            }
            if (!shouldRun) {
                misscheduled++;
                continue;
            }
            current++;
            ready += Pods.isReady(oldest) ? 1 : 0;
            available += state.isAvailable(oldest) ? 1 : 0;
            updated += state.isUpdated(oldest) ? 1 : 0;
        }
        var before = state.set().getStatus();
        return new DaemonSetStatusBuilder()
                .withDesiredNumberScheduled(desired).withCurrentNumberScheduled(current).withNumberMisscheduled(misscheduled).withNumberReady(ready)
                .withUpdatedNumberScheduled(Counts.positive(updated)).withNumberAvailable(Counts.positive(available)).withNumberUnavailable(Counts.positive(desired - available))
                .withObservedGeneration(observed ? state.set().getMetadata().getGeneration() : before == null ? null : before.getObservedGeneration())
                .withCollisionCount(collisions == 0 && (before == null || before.getCollisionCount() == null) ? null : Integer.valueOf(collisions))
                .withConditions(before == null ? List.of() : before.getConditions())
                .build();
    }
}
