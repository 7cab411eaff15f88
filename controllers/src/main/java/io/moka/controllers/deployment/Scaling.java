package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Comparator;
import java.util.List;

/// Changes the size of a Deployment without advancing its rollout.
final class Scaling {

    private Scaling() {
    }

    /// A single ReplicaSet with pods takes the whole change; several share it in proportion to their sizes, so that the rollout does not advance.
    static void proportionally(Rollout rollout, SetScaling sets) {
        var active = rollout.all().stream().filter(set -> set.getSpec().getReplicas() > 0)
                .sorted(Comparator.comparingInt((ReplicaSet set) -> -set.getSpec().getReplicas())).toList();
        if (active.size() <= 1) {
            var only = active.isEmpty() ? rollout.current() : active.getFirst();
            if (only != null) {
                sets.scale(only, rollout.replicas());
            }
        } else if (rollout.isRollingUpdate()) {
            share(rollout, active, sets);
        }
    }

    private static void share(Rollout rollout, List<ReplicaSet> active, SetScaling sets) {
        int allowed = rollout.replicas() > 0 ? rollout.replicas() + rollout.maxSurge() : 0;
        int present = active.stream().mapToInt(set -> set.getSpec().getReplicas()).sum();
        int change = allowed - present;
        int given = 0;
        for (int i = active.size() - 1; i >= 0; i--) {
            var set = active.get(i);
            int part = i == 0 ? change - given : Math.round((float) set.getSpec().getReplicas() * change / present);
            given += part;
            sets.scale(set, Math.max(0, set.getSpec().getReplicas() + part));
        }
    }
}
