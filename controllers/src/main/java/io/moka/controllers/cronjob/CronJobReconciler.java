package io.moka.controllers.cronjob;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.controllers.common.WrittenVersions;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.time.TimeSource;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Collects the objects for a cron job's plan and carries the plan out.
final class CronJobReconciler implements Reconciler<ObjectKey> {

    private final Lister<CronJob> cronJobs;
    private final Lister<Job> jobs;
    private final Resources<Job> liveJobs;
    private final CronJobWriter writer;
    private final WrittenVersions written;
    private final TimeSource clock;
    private final ZoneId localZone;
    private final Map<ObjectKey, Instant> scheduleChanges = new ConcurrentHashMap<>();

    CronJobReconciler(ControllerContext context, ZoneId localZone) {
        this.cronJobs = context.informers().of(CronJob.class).lister();
        this.jobs = context.informers().of(Job.class).index(Informers.BY_CONTROLLER, Informers::controllerOf).lister();
        this.liveJobs = context.client().resources(Job.class);
        this.written = new WrittenVersions(context.clock());
        this.writer = new CronJobWriter(context, written);
        this.clock = context.clock();
        this.localZone = localZone;
    }

    /// Times before this instant are no longer made up for.
    void scheduleChanged(ObjectKey key) {
        scheduleChanges.put(key, clock.instant());
    }

    void forget(ObjectKey key) {
        scheduleChanges.remove(key);
        written.forget(key);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var cronJob = cronJobs.get(key);
        if (cronJob == null) {
            forget(key);
            return Outcome.DONE;
        }
        if (!written.shows(cronJob)) {
            return Outcome.requeueAfter(WrittenVersions.LOOK_AGAIN);
        }
        var plan = CronJobPlan.of(view(key, cronJob));
        writer.carryOut(cronJob, plan);
        return plan.outcome();
    }

    /// Asks the server for what the cache lacks: a job that was just created is in the status before it is in the cache.
    private CronJobView view(ObjectKey key, CronJob cronJob) {
        var owned = new ArrayList<>(jobs.byIndex(Informers.BY_CONTROLLER, cronJob.getMetadata().getUid()));
        var missing = new HashSet<String>();
        var active = cronJob.getStatus() == null ? List.<ObjectReference>of() : cronJob.getStatus().getActive();
        for (var reference : active) {
            if (owned.stream().noneMatch(job -> job.getMetadata().getUid().equals(reference.getUid()))) {
                var live = liveJobs.find(reference.getNamespace(), reference.getName());
                if (live != null && live.getMetadata().getUid().equals(reference.getUid())) {
                    owned.add(live);
                } else {
                    missing.add(reference.getUid());
                }
            }
        }
        return new CronJobView(cronJob, owned, missing, localZone, scheduleChanges.get(key), clock.instant());
    }
}
