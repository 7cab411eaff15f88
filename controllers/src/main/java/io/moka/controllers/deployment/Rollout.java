package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.machinery.meta.Counts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Deployment with its present ReplicaSets: the one of the current template, and the older ones.
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

    /// The most pods that can be there: for each set as many as it wants, or as many as it last reported where it has not deleted the surplus yet.
    private int presentPods() {
        return all().stream().mapToInt(set -> Math.max(set.getSpec().getReplicas(), actual(set))).sum();
    }

    /// Whether each set has acted on the size that it has been given. One that has not may have pods that its status does not count: it may have been
    /// given more, have made them, and have been given fewer before it reported them.
    boolean isSettled() {
        return all().stream().allMatch(Rollout::isObserved);
    }

    private static boolean isObserved(ReplicaSet set) {
        var generation = set.getMetadata().getGeneration();
        var observed = set.getStatus() == null ? null : set.getStatus().getObservedGeneration();
        return generation == null || generation <= 1 || set.getMetadata().getDeletionTimestamp() != null || observed != null && observed >= generation;
    }

    /// How many pods may be added now: none before all sets have acted on their sizes.
    int room() {
        return isSettled() ? Math.max(0, replicas() + maxSurge() - presentPods()) : 0;
    }

    int availablePods() {
        return all().stream().mapToInt(Rollout::available).sum();
    }

    /// The least pods that stay available: a set that wants fewer than it last reported deletes the surplus.
    int lastingPods() {
        return all().stream().mapToInt(set -> Math.min(set.getSpec().getReplicas(), available(set))).sum();
    }

    boolean isRollingUpdate() {
        var strategy = deployment.getSpec().getStrategy();
        return strategy == null || !"Recreate".equals(strategy.getType());
    }

    int maxSurge() {
        var rolling = isRollingUpdate() && deployment.getSpec().getStrategy() != null ? deployment.getSpec().getStrategy().getRollingUpdate() : null;
        return rolling == null ? 0 : Counts.roundedUp(rolling.getMaxSurge(), replicas());
    }

    /// At least 1 where the surge is 0, or nothing could move.
    int maxUnavailable() {
        var rolling = isRollingUpdate() && deployment.getSpec().getStrategy() != null ? deployment.getSpec().getStrategy().getRollingUpdate() : null;
        if (rolling == null || replicas() == 0) {
            return 0;
        }
        int resolved = Math.min(Counts.roundedDown(rolling.getMaxUnavailable(), replicas()), replicas());
        return resolved == 0 && maxSurge() == 0 ? 1 : resolved;
    }

    static int available(ReplicaSet set) {
        return set.getStatus() == null ? 0 : Counts.number(set.getStatus().getAvailableReplicas());
    }

    static int ready(ReplicaSet set) {
        return set.getStatus() == null ? 0 : Counts.number(set.getStatus().getReadyReplicas());
    }

    static int actual(ReplicaSet set) {
        return set.getStatus() == null ? 0 : Counts.number(set.getStatus().getReplicas());
    }

    static int terminating(ReplicaSet set) {
        return set.getStatus() == null ? 0 : Counts.number(set.getStatus().getTerminatingReplicas());
    }
}
