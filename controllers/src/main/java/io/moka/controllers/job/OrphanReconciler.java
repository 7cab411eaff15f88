package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Removes the finalizer from a pod that no job will count: its job is gone or finished, or it has no controller any more.
final class OrphanReconciler implements Reconciler<ObjectKey> {

    private final Lister<Pod> pods;
    private final Lister<Job> jobs;
    private final Resources<Job> liveJobs;
    private final PlanWriter writer;

    OrphanReconciler(ControllerContext context) {
        this.pods = context.informers().of(Pod.class).lister();
        this.jobs = context.informers().of(Job.class).lister();
        this.liveJobs = context.client().resources(Job.class);
        this.writer = new PlanWriter(context.client(), context.events().apply(JobController.KIND.component()));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var pod = pods.get(key);
        if (pod == null || !JobPods.hasFinalizer(pod) || isAccountedFor(pod)) {
            return Outcome.DONE;
        }
        try {
            writer.carryOut(release(pod));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
        return Outcome.DONE;
    }

    /// Only from the pod as the cache shows it: a job may adopt it meanwhile, and then counts on the finalizer.
    private static Write release(Pod pod) {
        return new Write.Patch(pod, "", PatchType.STRATEGIC, Map.of("metadata", Map.of("resourceVersion", pod.getMetadata().getResourceVersion(),
                "$deleteFromPrimitiveList/finalizers", List.of(JobPods.FINALIZER))));
    }

    private boolean isAccountedFor(Pod pod) {
        var owner = Owners.controllerOf(pod);
        if (owner == null) {
            return false;
        }
        if (!JobController.isJob(owner)) {
            return true;
        }
        var job = job(pod.getMetadata().getNamespace(), owner.getName(), owner.getUid());
        return job != null && (JobPlan.isLeftAlone(job) || JobConditions.finished(job) == null);
    }

    /// The server is asked for a job that the cache lacks: the cache of pods may be ahead of that of jobs.
    private @Nullable Job job(String namespace, String name, String uid) {
        var cached = jobs.get(namespace, name);
        if (cached != null && cached.getMetadata().getUid().equals(uid)) {
            return cached;
        }
        var live = liveJobs.find(namespace, name);
        return live != null && live.getMetadata().getUid().equals(uid) ? live : null;
    }
}
