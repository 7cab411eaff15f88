package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPods;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.Times;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Counts each ended pod once, in the three steps that the package comment describes.
final class Accounting {

    /// The largest number of listed pods, so that a status stays below 20 kB; further pods follow in the next reconciliation.
    private static final int MOST_UNCOUNTED = 500;

    private final JobView view;
    private final Job job;
    private final JobPods pods;
    private final @Nullable IndexProgress indexes;
    private final JobStatus status;
    private final Set<String> tracked;
    private final List<String> succeeded;
    private final List<String> failed;
    private boolean isFull;

    /// @param status the job's next status but for what is counted here
    /// @param deleted pods that lose their finalizer without being counted, as the job does not need them
    Accounting(JobView view, JobPods pods, @Nullable IndexProgress indexes, JobStatus status, List<Pod> deleted) {
        this.view = view;
        this.job = view.job();
        this.pods = pods;
        this.indexes = indexes;
        this.status = status;
        this.tracked = pods.trackedUids();
        deleted.forEach(pod -> tracked.remove(pod.getMetadata().getUid()));
        var uncounted = status.getUncountedTerminatedPods() == null ? new UncountedTerminatedPods() : status.getUncountedTerminatedPods();
        this.succeeded = new ArrayList<>(uncounted.getSucceeded());
        this.failed = new ArrayList<>(uncounted.getFailed());
    }

    /// Takes the finalizer from a pod.
    static Write.Patch release(Pod pod) {
        return new Write.Patch(pod, "", PatchType.STRATEGIC, Map.of("metadata", Map.of("$deleteFromPrimitiveList/finalizers", List.of(JobPods.FINALIZER))));
    }

    /// @param ending null while the job goes on
    /// @param events the events to record after the status is written
    void add(Plan.Draft draft, @Nullable Ending ending, List<Write> events) {
        count();
        var released = list(ending);
        if (indexes != null) {
            status.setSucceeded(Counts.positive(indexes.succeeded().size()));
            status.setCompletedIndexes(indexes.succeeded().isEmpty() ? null : indexes.succeeded().toString());
            status.setFailedIndexes(indexes.failures() == null ? null : indexes.failures().failed().toString());
        }
        if (ending != null) {
            status.setConditions(JobConditions.with(status.getConditions(), ending.target(), true, ending.reason(), ending.message(), view.now()));
        }
        // with nothing to release there is no gap between listing and counting, and one write does both
        var listed = released.isEmpty() ? job.getStatus() : write(draft, job.getStatus());
        released.forEach(pod -> draft.add(release(pod)));
        released.forEach(pod -> tracked.remove(pod.getMetadata().getUid()));
        count();
        boolean ended = ending != null && !isFull && succeeded.isEmpty() && failed.isEmpty() && Counts.number(status.getTerminating()) == 0;
        if (ended) {
            finish(ending);
        }
        write(draft, listed);
        events.forEach(draft::add);
        if (ended) {
            report(draft, ending);
        }
    }

    /// The third step: what is listed and no longer tracked has lost its finalizer and leaves the list for the counter.
    private void count() {
        int before = succeeded.size();
        succeeded.retainAll(tracked);
        if (succeeded.size() < before) {
            status.setSucceeded(Counts.number(status.getSucceeded()) + before - succeeded.size());
        }
        before = failed.size();
        failed.retainAll(tracked);
        if (failed.size() < before) {
            status.setFailed(Counts.number(status.getFailed()) + before - failed.size());
        }
    }

    /// The first step; returns the pods whose finalizer is taken in the second.
    private List<Pod> list(@Nullable Ending ending) {
        var released = new ArrayList<Pod>();
        int listedIndexes = 0;
        for (var pod : pods.all().stream().sorted(Comparator.comparingInt(JobPods::indexOf)).toList()) {
            if (succeeded.size() + failed.size() + listedIndexes >= MOST_UNCOUNTED) {
                isFull = true;
                break;
            }
            if (!tracked.contains(pod.getMetadata().getUid()) || !isReleasable(pod, ending)) {
                continue;
            }
            released.add(pod);
            if (JobPods.isSucceeded(pod) && !failed.contains(pod.getMetadata().getUid())) {
                if (indexes == null) {
                    addOnce(succeeded, pod);
                } else {
                    listedIndexes++;
                }
            } else if ((pods.isFailed(pod) || ending != null && !ending.succeeds()) && pods.hasPlace(pod) && FailurePolicy.counts(job, pod)) {
                addOnce(failed, pod);
            }
        }
        return released;
    }

    private static void addOnce(List<String> uids, Pod pod) {
        if (!uids.contains(pod.getMetadata().getUid())) {
            uids.add(pod.getMetadata().getUid());
        }
    }

    private boolean isReleasable(Pod pod, @Nullable Ending ending) {
        if (job.getMetadata().getDeletionTimestamp() != null || ending != null || JobPods.isSucceeded(pod)) {
            return true;
        }
        return pods.isFailed(pod) && (indexes == null || indexes.failures() == null || !indexes.failures().holds(pod));
    }

    private void finish(Ending ending) {
        status.setConditions(JobConditions.with(status.getConditions(), ending.condition(), true, ending.reason(), ending.message(), view.now()));
        if (ending.succeeds()) {
            status.setCompletionTime(Times.format(view.now()));
        }
    }

    private void report(Plan.Draft draft, Ending ending) {
        if (!ending.succeeds()) {
            draft.add(Write.warning(job, String.valueOf(ending.reason()), String.valueOf(ending.message())));
            return;
        }
        var completions = job.getSpec().getCompletions();
        if (completions != null && Counts.number(status.getSucceeded()) > completions) {
            draft.add(Write.warning(job, "TooManySucceededPods", "Too many succeeded pods running after completion count reached"));
        }
        draft.add(Write.normal(job, "Completed", "Job completed"));
    }

    /// Adds a write of the status as it is now where it differs from the one before; returns it.
    private JobStatus write(Plan.Draft draft, @Nullable JobStatus before) {
        var uncounted = new UncountedTerminatedPods();
        uncounted.setSucceeded(List.copyOf(succeeded));
        uncounted.setFailed(List.copyOf(failed));
        var now = new JobStatusBuilder(status).withUncountedTerminatedPods(uncounted).build();
        if (!now.equals(before)) {
            var changed = Json.copy(job);
            changed.setStatus(now);
            draft.add(new Write.UpdateStatus(changed));
        }
        return now;
    }
}
