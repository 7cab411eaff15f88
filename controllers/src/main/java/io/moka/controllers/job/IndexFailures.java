package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The failures of each index of a job with `backoffLimitPerIndex`.
///
/// The number of failures is passed from a pod to its replacement in an annotation. So the last failed pod of an index keeps its finalizer until its
/// replacement is there: otherwise the number could be lost with it.
final class IndexFailures {

    static final String FAILURES = "batch.kubernetes.io/job-index-failure-count";
    static final String IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";

    private final Job job;
    private final Indexes failed;
    private final Map<Integer, Pod> awaitingReplacement;

    /// @param succeeded the indexes that need no further pod
    IndexFailures(Job job, JobPods pods, Indexes succeeded) {
        this.job = job;
        this.failed = failedIndexes(job, pods);
        this.awaitingReplacement = awaitingReplacement(pods, succeeded);
    }

    static boolean isCountedPerIndex(Job job) {
        return JobPods.isIndexed(job) && job.getSpec().getBackoffLimitPerIndex() != null;
    }

    /// The indexes that are not tried again.
    Indexes failed() {
        return failed;
    }

    private static Indexes failedIndexes(Job job, JobPods pods) {
        var before = Indexes.parse(job.getStatus() == null ? null : job.getStatus().getFailedIndexes(), job.getSpec().getCompletions());
        return before.with(JobPods.indexesOf(pods.all().stream().filter(pod -> pods.isTracked(pod) && pods.hasPlace(pod) && failsItsIndex(job, pods, pod)).toList()));
    }

    private static boolean failsItsIndex(Job job, JobPods pods, Pod pod) {
        return pods.isFailed(pod) && switch (FailurePolicy.judge(job, pod)) {
            case FailurePolicy.Verdict.FailIndex failIndex -> true;
            case FailurePolicy.Verdict.Ignore ignore -> false;
            default -> JobPods.number(pod, FAILURES, 0) >= job.getSpec().getBackoffLimitPerIndex();
        };
    }

    private Map<Integer, Pod> awaitingReplacement(JobPods pods, Indexes succeeded) {
        var done = succeeded.with(failed).with(JobPods.indexesOf(pods.active()));
        var awaiting = new HashMap<Integer, Pod>();
        for (var pod : pods.all()) {
            if (pods.isTracked(pod) && pods.hasPlace(pod) && pods.isFailed(pod) && !done.has(JobPods.indexOf(pod))) {
                awaiting.merge(JobPods.indexOf(pod), pod, IndexFailures::later);
            }
        }
        return awaiting;
    }

    private static Pod later(Pod a, Pod b) {
        boolean atLeastAsMany = all(a) <= all(b);
        return atLeastAsMany && !Backoff.endOf(b).isBefore(Backoff.endOf(a)) ? b : a;
    }

    /// Failures of the index up to the pod's start, counted and ignored ones.
    private static int all(Pod pod) {
        return JobPods.number(pod, FAILURES, 0) + JobPods.number(pod, IGNORED, 0);
    }

    /// Whether the pod's finalizer has to stay until its index has another pod.
    boolean holds(Pod pod) {
        return awaitingReplacement.get(JobPods.indexOf(pod)) == pod;
    }

    Backoff backoff(int index) {
        var last = awaitingReplacement.get(index);
        return last == null ? Backoff.NONE : new Backoff(all(last) + 1, Backoff.endOf(last));
    }

    /// The annotations of the index's next pod.
    Map<String, String> annotations(int index) {
        return annotations(awaitingReplacement.get(index));
    }

    private Map<String, String> annotations(@Nullable Pod replaced) {
        int failures = replaced == null ? 0 : JobPods.number(replaced, FAILURES, 0);
        int ignored = replaced == null ? 0 : JobPods.number(replaced, IGNORED, 0);
        if (replaced != null && FailurePolicy.counts(job, replaced)) {
            failures++;
        } else if (replaced != null) {
            ignored++;
        }
        return ignored == 0 ? Map.of(FAILURES, Integer.toString(failures)) : Map.of(FAILURES, Integer.toString(failures), IGNORED, Integer.toString(ignored));
    }

    /// Returns all pods of an index except the most valuable one, and every pod without an index of the job.
    ///
    /// @param ordered the active pods, the least valuable first
    static List<Pod> superfluous(JobPods pods, List<Pod> ordered) {
        var seen = new HashSet<Integer>();
        var superfluous = new ArrayList<Pod>();
        for (var pod : ordered.reversed()) {
            if (!pods.hasPlace(pod) || !seen.add(JobPods.indexOf(pod))) {
                superfluous.add(pod);
            }
        }
        return superfluous;
    }
}
