package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.podowner.PodOwnerEvents;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.workqueue.WorkQueue;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Passes the informers' events of jobs and pods on to the queues, and to the records of writes that the cache does not show yet.
///
/// Events of pods and of statuses wait a little in the queue, so that one reconciliation counts many pods: each costs a write of the job's status.
final class JobEvents {

    private static final Duration BATCH = Duration.ofMillis(500);

    private final Lister<Job> jobs;
    private final Lister<Pod> pods;
    private final ReleasedPods released;
    private final WorkQueue<ObjectKey> queue;
    private final WorkQueue<ObjectKey> orphans;

    private JobEvents(ControllerContext context, ReleasedPods released, WorkQueue<ObjectKey> queue, WorkQueue<ObjectKey> orphans) {
        this.jobs = context.informers().of(Job.class).lister();
        this.pods = context.informers().of(Pod.class).index(Informers.BY_CONTROLLER, Informers::controllerOf).lister();
        this.released = released;
        this.queue = queue;
        this.orphans = orphans;
    }

    /// Handles events from now on; to be called before the informers start.
    static void register(ControllerContext context, Expectations expectations, ReleasedPods released, WorkQueue<ObjectKey> queue, WorkQueue<ObjectKey> orphans) {
        var events = new JobEvents(context, released, queue, orphans);
        PodOwnerEvents.registerPods(context, JobController.KIND, expectations, job -> queue.addAfter(job, BATCH));
        context.informers().of(Job.class).addHandler(EventHandler.onEvent(events::jobChanged));
        context.informers().of(Pod.class).addHandler(EventHandler.onEvent(events::finalizerChanged));
    }

    private void jobChanged(@Nullable Job before, @Nullable Job after) {
        var key = ObjectKey.of(after == null ? before : after);
        if (before == null || after == null || !Objects.equals(before.getMetadata().getGeneration(), after.getMetadata().getGeneration())) {
            queue.add(key);
        } else {
            queue.addAfter(key, BATCH);
        }
        if (before != null && (after == null || !before.getMetadata().getUid().equals(after.getMetadata().getUid()))) {
            queueOrphans(before);
        }
        if (after != null && JobConditions.finished(after) != null) {
            queueOrphans(after);
        }
    }

    private void queueOrphans(Job job) {
        pods.byIndex(Informers.BY_CONTROLLER, job.getMetadata().getUid()).stream().filter(JobPods::hasFinalizer).forEach(pod -> orphans.add(ObjectKey.of(pod)));
    }

    /// Beside what the frame does with the events of pods: the job's finalizer is gone, or holds a pod that no running job accounts for.
    private void finalizerChanged(@Nullable Pod before, @Nullable Pod after) {
        var pod = after == null ? before : after;
        var owner = ownerKey(pod);
        if (owner != null && (after == null || !JobPods.hasFinalizer(after))) {
            released.remove(owner, pod.getMetadata().getUid());
        }
        if (after != null && JobPods.hasFinalizer(after) && !belongsToRunningJob(after)) {
            orphans.add(ObjectKey.of(after));
        }
    }

    private static @Nullable ObjectKey ownerKey(Pod pod) {
        var owner = Owners.controllerOf(pod);
        return owner != null && JobController.isJob(owner) ? new ObjectKey(pod.getMetadata().getNamespace(), owner.getName()) : null;
    }

    private boolean belongsToRunningJob(Pod pod) {
        var owner = Owners.controllerOf(pod);
        if (owner == null || !JobController.isJob(owner)) {
            return false;
        }
        var job = jobs.get(pod.getMetadata().getNamespace(), owner.getName());
        return job != null && job.getMetadata().getUid().equals(owner.getUid()) && JobConditions.finished(job) == null;
    }
}
