package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Deployment with its ReplicaSets as they are: the one of the current template, and the older ones.
///
/// @param current null while it does not exist yet
record Rollout(Deployment deployment, @Nullable ReplicaSet current, List<ReplicaSet> old) {

    int replicas() {
        return deployment.getSpec().getReplicas();
    }

    List<ReplicaSet> all() {
        var all = new ArrayList<>(old);
        if (current != null) {
            all.add(current);
        }
        return all;
    }

    List<ReplicaSet> oldWithPods() {
        return old.stream().filter(set -> set.getSpec().getReplicas() > 0)
                .sorted(Comparator.comparing(set -> set.getMetadata().getCreationTimestamp())).toList();
    }

    int desiredPods() {
        return all().stream().mapToInt(set -> set.getSpec().getReplicas()).sum();
    }

    int availablePods() {
        return all().stream().mapToInt(Rollout::available).sum();
    }

    boolean isRollingUpdate() {
        var strategy = deployment.getSpec().getStrategy();
        return strategy == null || !"Recreate".equals(strategy.getType());
    }

    int maxSurge() {
        var rolling = isRollingUpdate() && deployment.getSpec().getStrategy() != null ? deployment.getSpec().getStrategy().getRollingUpdate() : null;
        return rolling == null ? 0 : resolve(rolling.getMaxSurge(), replicas(), true);
    }

    /// At least 1 where the surge is 0, or nothing could move.
    int maxUnavailable() {
        var rolling = isRollingUpdate() && deployment.getSpec().getStrategy() != null ? deployment.getSpec().getStrategy().getRollingUpdate() : null;
        if (rolling == null || replicas() == 0) {
            return 0;
        }
        int resolved = Math.min(resolve(rolling.getMaxUnavailable(), replicas(), false), replicas());
        return resolved == 0 && maxSurge() == 0 ? 1 : resolved;
    }

    private static int resolve(@Nullable IntOrString value, int of, boolean up) {
        if (value == null) {
            return 0;
        }
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        double share = Integer.parseInt(value.getStrVal().replace("%", "")) * of / 100.0;
        return (int) (up ? Math.ceil(share) : Math.floor(share));
    }

    static int available(ReplicaSet set) {
        var available = set.getStatus() == null ? null : set.getStatus().getAvailableReplicas();
        return available == null ? 0 : available;
    }

    static int ready(ReplicaSet set) {
        var ready = set.getStatus() == null ? null : set.getStatus().getReadyReplicas();
        return ready == null ? 0 : ready;
    }

    static int actual(ReplicaSet set) {
        var replicas = set.getStatus() == null ? null : set.getStatus().getReplicas();
        return replicas == null ? 0 : replicas;
    }
}
