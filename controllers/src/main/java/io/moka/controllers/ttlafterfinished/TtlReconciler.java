package io.moka.controllers.ttlafterfinished;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.time.TimeSource;

/// Deletes one finished job whose TTL is over.
final class TtlReconciler implements Reconciler<ObjectKey> {

    private final Lister<Job> cached;
    private final Resources<Job> jobs;
    private final TimeSource clock;

    TtlReconciler(ControllerContext context) {
        this.cached = context.informers().of(Job.class).lister();
        this.jobs = context.client().resources(Job.class);
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var job = cached.get(key);
        if (job == null) {
            return Outcome.DONE;
        }
        var plan = TtlPlan.of(job, clock.instant());
        if (plan.writes().isEmpty()) {
            return plan.outcome();
        }
        var live = jobs.find(key.namespace(), key.name());
        if (live == null || !live.getMetadata().getUid().equals(job.getMetadata().getUid())) {
            return Outcome.DONE;
        }
        var confirmed = TtlPlan.of(live, clock.instant());
        if (!confirmed.writes().isEmpty()) {
            delete(live);
        }
        return confirmed.outcome();
    }

    private void delete(Job job) {
        try {
            jobs.delete(job.getMetadata().getNamespace(), job.getMetadata().getName(), new DeleteOptionsBuilder().withPropagationPolicy("Foreground")
                    .withNewPreconditions().withUid(job.getMetadata().getUid()).endPreconditions().build());
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }
}
