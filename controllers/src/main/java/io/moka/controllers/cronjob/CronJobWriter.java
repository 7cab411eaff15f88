package io.moka.controllers.cronjob;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.WrittenVersions;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.meta.Owners;
import org.jspecify.annotations.Nullable;

/// Carries out a cron job's plan. Jobs are deleted in the background: their pods go after them.
final class CronJobWriter {

    private final Resources<Job> jobs;
    private final Resources<CronJob> cronJobs;
    private final EventRecorder events;
    private final PlanWriter writer;
    private final WrittenVersions written;

    CronJobWriter(ControllerContext context, WrittenVersions written) {
        this.jobs = context.client().resources(Job.class);
        this.cronJobs = context.client().resources(CronJob.class);
        this.events = context.events().apply("cronjob-controller");
        this.writer = new PlanWriter(context.client(), events);
        this.written = written;
    }

    /// @throws ApiException the first refusal; the writes after it are left out
    void carryOut(CronJob cronJob, Plan plan) {
        ObjectReference started = null;
        for (var write : plan.writes()) {
            switch (write) {
                case Write.Delete(Job job) -> delete(cronJob, job);
                case Write.Create(Job job) -> {
                    started = create(cronJob, job);
                    if (started == null) {
                        return;
                    }
                }
                case Write.UpdateStatus(CronJob changed) -> written.wrote(cronJobs.updateStatus(withActive(changed, started)));
                default -> writer.carryOut(write);
            }
        }
    }

    private static CronJob withActive(CronJob changed, @Nullable ObjectReference started) {
        if (started == null) {
            return changed;
        }
        var copy = Json.copy(changed);
        copy.getStatus().getActive().add(started);
        return copy;
    }

    /// The job that was created, or that an attempt before this one created; null where another's job has the name, or the namespace is being deleted.
    private @Nullable ObjectReference create(CronJob cronJob, Job wanted) {
        try {
            var job = jobs.create(wanted);
            events.normal(cronJob, "SuccessfulCreate", "Created job " + job.getMetadata().getName());
            return ScheduledJobs.reference(job);
        } catch (ApiException e) {
            if (e.isAlreadyExists()) {
                var present = jobs.get(wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
                return Owners.isControlledBy(present, cronJob) ? ScheduledJobs.reference(present) : null;
            }
            if (e.isNamespaceTerminating()) {
                return null;
            }
            events.warning(cronJob, "FailedCreate", "Error creating job: " + e.getMessage());
            throw e;
        }
    }

    private void delete(CronJob cronJob, Job job) {
        try {
            jobs.delete(job.getMetadata().getNamespace(), job.getMetadata().getName(), new DeleteOptionsBuilder().withPropagationPolicy("Background")
                    .withNewPreconditions().withUid(job.getMetadata().getUid()).endPreconditions().build());
            events.normal(cronJob, "SuccessfulDelete", "Deleted job " + job.getMetadata().getName());
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                events.warning(cronJob, "FailedDelete", "Deleted job: " + e.getMessage());
                throw e;
            }
        }
    }
}
