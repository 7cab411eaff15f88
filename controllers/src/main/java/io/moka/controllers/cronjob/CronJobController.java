package io.moka.controllers.cronjob;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.workqueue.WorkQueue;
import java.time.ZoneId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Wires CronJobs and Jobs to the reconciler.
public final class CronJobController {

    private static final int WORKERS = 5;

    private CronJobController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var reconciler = new CronJobReconciler(context, ZoneId.systemDefault());
        context.informers().of(CronJob.class).addHandler(EventHandler.onEvent((before, after) -> {
            var key = ObjectKey.of(after == null ? before : after);
            if (after == null || before != null && !before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
                reconciler.forget(key);
            } else if (before != null && !sameSchedule(before, after)) {
                reconciler.scheduleChanged(key);
            }
            queue.add(key);
        }));
        context.informers().of(Job.class).addHandler(EventHandler.onEvent((before, after) -> {
            queueOwner(queue, before);
            queueOwner(queue, after);
        }));
        return new Controller<>("cronjob-controller", queue, WORKERS, reconciler);
    }

    private static boolean sameSchedule(CronJob before, CronJob after) {
        return Objects.equals(before.getSpec().getSchedule(), after.getSpec().getSchedule())
                && Objects.equals(before.getSpec().getTimeZone(), after.getSpec().getTimeZone());
    }

    private static void queueOwner(WorkQueue<ObjectKey> queue, @Nullable HasMetadata job) {
        var owner = job == null ? null : Owners.controllerOf(job);
        if (owner != null && owner.getKind().equals("CronJob") && owner.getApiVersion().startsWith("batch/")) {
            queue.add(new ObjectKey(job.getMetadata().getNamespace(), owner.getName()));
        }
    }
}
