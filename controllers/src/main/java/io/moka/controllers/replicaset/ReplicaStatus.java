package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts an owner's pods.
final class ReplicaStatus {

    private ReplicaStatus() {
    }

    /// @param claimed all pods of the owner
    /// @param complete whether these include all pods that were created before; if not, the owner's present size counts as not observed, since it was not acted on
    /// @param failure why a pod could not be created or deleted just now
    static <T extends HasMetadata> ReplicaCounts of(ReplicaKind<T> kind, T owner, List<Pod> claimed, boolean complete, Instant now, @Nullable RuntimeException failure) {
        var before = kind.status().apply(owner);
        var observed = complete ? owner.getMetadata().getGeneration() : before == null ? null : before.observedGeneration();
        var minReady = Duration.ofSeconds(Counts.number(kind.minReadySeconds().apply(owner)));
        var template = LabelSelector.ofLabels(kind.template().apply(owner).getMetadata().getLabels());
        var active = claimed.stream().filter(Pods::isActive).toList();
        int labeled = (int) active.stream().filter(pod -> template.matches(pod.getMetadata().getLabels())).count();
        int ready = (int) active.stream().filter(Pods::isReady).count();
        int available = (int) active.stream().filter(pod -> Pods.isAvailable(pod, minReady, now)).count();
        int terminating = (int) claimed.stream().filter(pod -> Pods.isTerminating(pod) && !Pods.isTerminal(pod)).count();
        return new ReplicaCounts(active.size(), labeled, ready, available, kind.countsTerminating() ? terminating : null, observed,
                conditions(before, active.size() < Counts.number(kind.replicas().apply(owner)), now, failure));
    }

    /// When the next pod that is ready becomes available; null where none waits for that.
    static <T extends HasMetadata> @Nullable Instant nextAvailable(ReplicaKind<T> kind, T owner, List<Pod> claimed, Instant now) {
        var minReady = Duration.ofSeconds(Counts.number(kind.minReadySeconds().apply(owner)));
        return claimed.stream().filter(pod -> Pods.isActive(pod) && Pods.isReady(pod) && !Pods.isAvailable(pod, minReady, now))
                .map(pod -> Pods.condition(pod, "Ready").getLastTransitionTime()).map(since -> since == null ? now.plus(minReady) : Instant.parse(since).plus(minReady))
                .min(Instant::compareTo).orElse(null);
    }

    /// As upstream, the first message stays while creating fails. Each message names the pod that was refused, under a name that is random
    /// and so another one in each attempt: a condition that followed them would be a write for each attempt, and each write another attempt.
    private static List<ReplicaCounts.Condition> conditions(@Nullable ReplicaCounts present, boolean tooFew, Instant now, @Nullable RuntimeException failure) {
        if (failure == null) {
            return List.of();
        }
        var reason = tooFew ? "FailedCreate" : "FailedDelete";
        var before = present == null ? List.<ReplicaCounts.Condition>of() : present.conditions();
        if (!before.isEmpty() && before.getFirst().status().equals("True") && reason.equals(before.getFirst().reason())) {
            return before;
        }
        return List.of(new ReplicaCounts.Condition("ReplicaFailure", "True", reason, failure.getMessage(), Times.format(now)));
    }
}
