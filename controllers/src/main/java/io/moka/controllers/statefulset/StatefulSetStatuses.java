package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSetCondition;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.Pods;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Computes a StatefulSet's status from its pods.
final class StatefulSetStatuses {

    private StatefulSetStatuses() {
    }

    /// The set with its new status, where the status differs.
    ///
    /// @param currentDeleted how many pods of the current revision were deleted just now
    static Plan plan(SetState state, int currentDeleted, @Nullable BlockedRollout blocked) {
        var status = of(state, currentDeleted, blocked);
        if (status.equals(state.set().getStatus())) {
            return Plan.NOTHING;
        }
        var changed = Json.copy(state.set());
        changed.setStatus(status);
        return new Plan(List.of(new Write.UpdateStatus(changed)), null);
    }

    private static StatefulSetStatus of(SetState state, int currentDeleted, @Nullable BlockedRollout blocked) {
        int total = state.pods().size();
        int ready = count(state, SetState::isReady);
        int updated = count(state, pod -> isOf(pod, state.updateName()));
        int current = count(state, pod -> isOf(pod, state.currentName())) - currentDeleted;
        var currentRevision = state.currentName();
        int wanted = Identity.replicas(state.set());
        if (state.isRollingUpdate() && updated == wanted && ready == wanted && total == wanted) {
            current = updated;
            currentRevision = state.updateName();
        }
        return new StatefulSetStatusBuilder()
                .withObservedGeneration(state.set().getMetadata().getGeneration())
                .withReplicas(total).withReadyReplicas(Counts.positive(ready)).withAvailableReplicas(count(state, state::isAvailable))
                .withCurrentReplicas(Counts.positive(current)).withUpdatedReplicas(Counts.positive(updated))
                .withCurrentRevision(currentRevision).withUpdateRevision(state.updateName())
                .withCollisionCount(state.history().collisions())
                .withConditions(conditions(state, blocked))
                .build();
    }

    private static int count(SetState state, Predicate<Pod> which) {
        return (int) state.pods().stream().filter(which).count();
    }

    private static boolean isOf(Pod pod, String revision) {
        return !Pods.isTerminating(pod) && Identity.revision(pod).equals(revision);
    }

    /// Conditions of other writers stay.
    private static List<StatefulSetCondition> conditions(SetState state, @Nullable BlockedRollout blocked) {
        var before = state.set().getStatus() == null ? List.<StatefulSetCondition>of() : state.set().getStatus().getConditions();
        var conditions = new ArrayList<>(before.stream().filter(condition -> !condition.getType().equals(BlockedRollout.CONDITION)).toList());
        if (blocked != null) {
            var condition = blocked.condition(state.now());
            before.stream().filter(present -> present.getType().equals(BlockedRollout.CONDITION))
                    .forEach(present -> condition.setLastTransitionTime(present.getLastTransitionTime()));
            conditions.add(condition);
        }
        return conditions;
    }
}
