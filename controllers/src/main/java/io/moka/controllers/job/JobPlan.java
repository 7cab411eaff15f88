package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plans one step of a job: decides whether it is over, creates or deletes pods, then counts the ended pods ([Accounting]).
final class JobPlan {

    private static final String OWN_NAME = "kubernetes.io/job-controller";

    private final JobView view;
    private final Job job;
    private final JobPods pods;
    private final JobStatus status;
    private final Plan.Draft draft = new Plan.Draft();
    private final List<Write> events = new ArrayList<>();
    private int active;
    private int ready;
    private int terminating;
    private List<Pod> deleted = List.of();

    private JobPlan(JobView view) {
        this.view = view;
        this.job = view.job();
        this.pods = new JobPods(view);
        this.status = job.getStatus() == null ? new JobStatus() : new JobStatusBuilder(job.getStatus()).build();
        this.active = pods.active().size();
        this.ready = (int) pods.active().stream().filter(Pods::isReady).count();
        this.terminating = pods.terminating().size();
    }

    static Plan of(JobView view) {
        var job = view.job();
        if (isLeftAlone(job) || JobConditions.finished(job) != null) {
            return Plan.NOTHING;
        }
        var mode = job.getSpec().getCompletionMode();
        if (mode != null && !mode.equals("NonIndexed") && !mode.equals("Indexed")) {
            return new Plan(List.of(Write.warning(job, "UnknownCompletionMode", "Skipped Job sync because completion mode is unknown")), null);
        }
        return new JobPlan(view).plan();
    }

    /// Whether the job is another controller's.
    static boolean isLeftAlone(Job job) {
        return job.getSpec().getManagedBy() != null && !job.getSpec().getManagedBy().equals(OWN_NAME);
    }

    private Plan plan() {
        boolean wasSuspended = JobConditions.find(job, JobConditions.SUSPENDED) != null;
        if (status.getStartTime() == null && !isSuspended()) {
            status.setStartTime(Times.format(view.now()));
        }
        var counts = JobCounts.of(job, pods);
        var indexes = IndexProgress.of(job, pods);
        var activeSince = wasSuspended ? null : Times.parse(status.getStartTime());
        var ending = Ending.of(job, pods, counts, indexes, activeSince, view.now());
        if (ending == null) {
            ending = run(counts, indexes);
        } else {
            // while pods may be missing in the view, some could be left behind
            ending = view.isSettled() ? stop(ending) : null;
        }
        var deadline = ending == null ? Ending.deadline(job, Times.parse(status.getStartTime())) : null;
        if (deadline != null && deadline.isAfter(view.now())) {
            draft.lookAgain(deadline);
        }
        if (view.changes() != JobView.Changes.AWAITED) {
            status.setActive(Counts.positive(active));
            status.setReady(ready);
            status.setTerminating(terminating);
        }
        new Accounting(view, pods, indexes, status, deleted).add(draft, ending, events);
        return draft.plan();
    }

    private boolean isSuspended() {
        return Boolean.TRUE.equals(job.getSpec().getSuspend());
    }

    /// The pods keep their finalizers until the ending is written.
    private Ending stop(Ending ending) {
        pods.active().forEach(pod -> draft.add(new Write.Delete(pod)));
        terminating += active;
        active = 0;
        ready = 0;
        return ending;
    }

    /// The ending, where the job turns out to have reached its completions.
    private @Nullable Ending run(JobCounts counts, @Nullable IndexProgress indexes) {
        int succeeded = indexes == null ? counts.succeeded() : indexes.succeeded().size();
        boolean managed = view.isSettled() && job.getMetadata().getDeletionTimestamp() == null;
        if (managed) {
            var backoff = view.backoff().after(counts.newlySucceeded(), counts.newlyFailed());
            change(PodChanges.of(job, pods, succeeded, indexes, backoff, view.now()));
        }
        var completions = job.getSpec().getCompletions();
        if (view.isSettled() && active == 0 && (completions == null ? succeeded > 0 : succeeded >= completions)) {
            return Ending.COMPLETIONS_REACHED;
        }
        if (managed) {
            noteSuspension(view.now());
        }
        return null;
    }

    private void change(PodChanges changes) {
        changes.deleted().forEach(pod -> draft.add(Accounting.release(pod)));
        changes.deleted().forEach(pod -> draft.add(new Write.Delete(pod)));
        changes.created().forEach(pod -> draft.add(new Write.Create(pod)));
        deleted = changes.deleted();
        active += changes.created().size() - deleted.size();
        terminating += deleted.size();
        ready -= (int) deleted.stream().filter(Pods::isReady).count();
        if (changes.lookAgain() != null) {
            draft.lookAgain(changes.lookAgain());
        }
    }

    /// A resumed job starts anew: what was active before the suspension does not count towards its deadline.
    private void noteSuspension(Instant now) {
        var before = status.getConditions();
        var after = JobConditions.with(before, JobConditions.SUSPENDED, isSuspended(), isSuspended() ? "JobSuspended" : "JobResumed",
                isSuspended() ? "Job suspended" : "Job resumed", now);
        if (!after.equals(before)) {
            status.setConditions(after);
            events.add(Write.normal(job, isSuspended() ? "Suspended" : "Resumed", isSuspended() ? "Job suspended" : "Job resumed"));
            if (!isSuspended()) {
                status.setStartTime(Times.format(now));
            }
        }
    }
}
