package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.history.RevisionHistory;
import io.moka.controllers.history.RevisionPlan;
import io.moka.controllers.history.Snapshot;
import io.moka.controllers.plan.Plan;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The input of a StatefulSet's plan.
///
/// @param pods all pods that the set owns
/// @param claims returns the claim of a name in the set's namespace from the cache
record SetState(StatefulSet set, RevisionHistory history, List<Pod> pods, Function<String, @Nullable PersistentVolumeClaim> claims, Instant now) {

    /// Returns the revision that the last roll-out reached; that of the present template if there was none.
    ControllerRevision current() {
        var name = set.getStatus() == null ? null : set.getStatus().getCurrentRevision();
        var current = history.find(name);
        return current == null ? history.update() : current;
    }

    String currentName() {
        return current().getMetadata().getName();
    }

    String updateName() {
        return history.update().getMetadata().getName();
    }

    /// One pod after the other, each waiting for those before it.
    boolean isOrdered() {
        return !"Parallel".equals(set.getSpec().getPodManagementPolicy());
    }

    boolean isRollingUpdate() {
        var strategy = set.getSpec().getUpdateStrategy();
        return strategy == null || !"OnDelete".equals(strategy.getType());
    }

    int partition() {
        var strategy = set.getSpec().getUpdateStrategy();
        var rolling = strategy == null ? null : strategy.getRollingUpdate();
        return rolling == null || rolling.getPartition() == null ? 0 : rolling.getPartition();
    }

    /// At least 1: a small percentage is rounded down.
    int maxUnavailable() {
        var strategy = set.getSpec().getUpdateStrategy();
        var rolling = strategy == null ? null : strategy.getRollingUpdate();
        return rolling == null ? 1 : Math.max(1, Counts.roundedDown(rolling.getMaxUnavailable(), Identity.replicas(set)));
    }

    /// The revision that a new pod of this ordinal is made from.
    String revisionFor(int ordinal) {
        return isRollingUpdate() && ordinal < Identity.start(set) + partition() ? currentName() : updateName();
    }

    PodTemplateSpec template(String revision) {
        return revision.equals(updateName()) ? set.getSpec().getTemplate() : Snapshot.template(current());
    }

    Duration minReady() {
        var seconds = set.getSpec().getMinReadySeconds();
        return Duration.ofSeconds(seconds == null ? 0 : seconds);
    }

    static boolean isReady(Pod pod) {
        return Pods.phase(pod).equals("Running") && Pods.isReady(pod);
    }

    boolean isAvailable(Pod pod) {
        return isReady(pod) && Pods.isAvailable(pod, minReady(), now);
    }

    /// The revisions beyond the history limit that neither a pod nor the status needs.
    Plan truncation() {
        var live = new HashSet<>(List.of(currentName(), updateName()));
        pods.forEach(pod -> live.add(Identity.revision(pod)));
        var old = history.all().stream().filter(revision -> !live.contains(revision.getMetadata().getName())).toList();
        return RevisionPlan.truncate(old, revision -> false, set.getSpec().getRevisionHistoryLimit());
    }
}
