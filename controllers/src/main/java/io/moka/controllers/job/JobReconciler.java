package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.OwnedObjects;
import io.moka.controllers.common.WrittenVersions;
import io.moka.controllers.job.JobView.Changes;
import io.moka.controllers.podowner.Expectations;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.time.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Collects the objects for a job's plan and carries the plan out.
final class JobReconciler implements Reconciler<ObjectKey> {

    private record Failures(String uid, Backoff backoff) {
    }

    private final Lister<Job> jobs;
    private final OwnedObjects<Job, Pod> owned;
    private final Expectations expectations;
    private final ReleasedPods released;
    private final WrittenVersions written;
    private final JobWriter writer;
    private final TimeSource clock;
    private final Map<ObjectKey, Failures> failures = new ConcurrentHashMap<>();

    JobReconciler(ControllerContext context, Expectations expectations, ReleasedPods released) {
        this.jobs = context.informers().of(Job.class).lister();
        this.owned = JobController.KIND.pods(context);
        this.expectations = expectations;
        this.released = released;
        this.written = new WrittenVersions(context.clock());
        this.writer = new JobWriter(context, expectations, released, written);
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var job = jobs.get(key);
        if (job == null || JobPlan.isLeftAlone(job) || JobConditions.finished(job) != null) {
            forget(key);
            return Outcome.DONE;
        }
        if (!written.shows(job)) {
            return Outcome.requeueAfter(WrittenVersions.LOOK_AGAIN);
        }
        // asked before the pods are listed, so that they are at least as new
        var changes = expectations.areMet(key) ? Changes.ALLOWED : Changes.AWAITED;
        return carryOut(key, view(key, job, changes));
    }

    private void forget(ObjectKey key) {
        expectations.forget(key);
        released.forget(key);
        written.forget(key);
        failures.remove(key);
    }

    private JobView view(ObjectKey key, Job job, Changes changes) {
        var pods = owned.claim(job);
        var gone = released.of(key, pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet()));
        var known = failures.get(key);
        var backoff = known != null && known.uid.equals(job.getMetadata().getUid()) ? known.backoff : fromCounted(pods);
        return new JobView(job, pods, gone, changes, backoff, clock.instant());
    }

    /// The back-off after a restart of this process: from the pods that were counted before and are still there.
    private static Backoff fromCounted(List<Pod> pods) {
        var counted = pods.stream().filter(pod -> Pods.isTerminal(pod) && !JobPods.hasFinalizer(pod)).collect(Collectors.partitioningBy(JobPods::isSucceeded));
        return Backoff.NONE.after(counted.get(true), counted.get(false));
    }

    private Outcome carryOut(ObjectKey key, JobView view) {
        var counts = JobCounts.of(view.job(), new JobPods(view));
        var backoff = new Failures(view.job().getMetadata().getUid(), view.backoff().after(counts.newlySucceeded(), counts.newlyFailed()));
        var plan = JobPlan.of(view);
        try {
            writer.carryOut(view.job(), plan, () -> failures.put(key, backoff));
        } catch (JobWriter.CreationFailed e) {
            // a job that may not have its pods says in its status what it has
            writer.carryOut(view.job(), JobPlan.of(view.refused()), () -> failures.put(key, backoff));
            throw e.refusal();
        }
        failures.put(key, backoff);
        return plan.outcome();
    }
}
