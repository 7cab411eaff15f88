package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.Pods;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The pods that a running job creates or deletes now. One plan only creates or only deletes, and deletions come first.
///
/// @param lookAgain when a pod that waits for the end of a back-off may be created; null where none waits
record PodChanges(List<Pod> created, List<Pod> deleted, @Nullable Instant lookAgain) {

    /// The largest number of changes in one plan; the next plan follows when the cache shows them.
    private static final int BURST = 500;
    private static final PodChanges NONE = new PodChanges(List.of(), List.of(), null);

    /// Upstream's `ActivePods`: not scheduled, pending, not ready, ready for a shorter time, more restarts, younger.
    private static final Comparator<Pod> LEAST_VALUABLE_FIRST = Comparator
            .comparing((Pod pod) -> pod.getSpec().getNodeName() != null && !pod.getSpec().getNodeName().isEmpty())
            .thenComparing(pod -> !Pods.phase(pod).equals("Pending"))
            .thenComparing(Pods::isReady)
            .thenComparing(PodChanges::readySince, Comparator.reverseOrder())
            .thenComparing(pod -> -restarts(pod))
            .thenComparing(pod -> pod.getMetadata().getCreationTimestamp(), Comparator.nullsFirst(Comparator.reverseOrder()))
            .thenComparing(pod -> pod.getMetadata().getName());

    static PodChanges of(Job job, JobPods pods, int succeeded, @Nullable IndexProgress indexes, Backoff backoff, Instant now) {
        if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
            return new PodChanges(List.of(), pods.active(), null);
        }
        int active = pods.active().size();
        int wanted = wanted(job, succeeded, active);
        var deleted = superfluous(job, pods, Math.max(0, active - wanted));
        if (!deleted.isEmpty()) {
            return new PodChanges(List.of(), deleted.subList(0, Math.min(BURST, deleted.size())), null);
        }
        int awaited = JobPods.replacesOnlyEnded(job) ? pods.terminating().size() : 0;
        int missing = Math.min(BURST, wanted - awaited - active);
        if (missing <= 0) {
            return NONE;
        }
        if (indexes != null && indexes.failures() != null) {
            return perIndex(job, indexes.pending(job, pods, missing), indexes.failures(), now);
        }
        if (!backoff.isOver(now)) {
            return new PodChanges(List.of(), List.of(), backoff.until());
        }
        return new PodChanges(indexes == null ? IntStream.range(0, missing).mapToObj(i -> NewPods.of(job)).toList()
                : indexes.pending(job, pods, missing).stream().map(index -> NewPods.of(job, index, Map.of())).toList(), List.of(), null);
    }

    /// A job without completions runs as many pods as its parallelism says until one succeeds, and then none beside those that run.
    private static int wanted(Job job, int succeeded, int active) {
        var completions = job.getSpec().getCompletions();
        int parallelism = Counts.number(job.getSpec().getParallelism());
        if (completions == null) {
            return succeeded > 0 ? active : parallelism;
        }
        return Math.max(0, Math.min(parallelism, completions - succeeded));
    }

    private static List<Pod> superfluous(Job job, JobPods pods, int atLeast) {
        var ordered = pods.active().stream().sorted(LEAST_VALUABLE_FIRST).toList();
        var superfluous = JobPods.isIndexed(job) ? new ArrayList<>(IndexFailures.superfluous(pods, ordered)) : new ArrayList<Pod>();
        ordered.stream().filter(pod -> !superfluous.contains(pod)).limit(Math.max(0, atLeast - superfluous.size())).toList().forEach(superfluous::add);
        return superfluous;
    }

    /// Each index waits for its own back-off.
    private static PodChanges perIndex(Job job, List<Integer> pending, IndexFailures failures, Instant now) {
        var created = new ArrayList<Pod>();
        Instant lookAgain = null;
        for (int index : pending) {
            var backoff = failures.backoff(index);
            if (backoff.isOver(now)) {
                created.add(NewPods.of(job, index, failures.annotations(index)));
            } else if (lookAgain == null || backoff.until().isBefore(lookAgain)) {
                lookAgain = backoff.until();
            }
        }
        return new PodChanges(created, List.of(), lookAgain);
    }

    private static String readySince(Pod pod) {
        var ready = Pods.condition(pod, "Ready");
        return ready == null || ready.getLastTransitionTime() == null || !Pods.isReady(pod) ? "" : ready.getLastTransitionTime();
    }

    private static int restarts(Pod pod) {
        return pod.getStatus() == null ? 0 : pod.getStatus().getContainerStatuses().stream().mapToInt(container -> Counts.number(container.getRestartCount())).max().orElse(0);
    }
}
