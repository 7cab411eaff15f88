package io.moka.controllers.ttlafterfinished;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.job.JobConditions;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires Jobs to the reconciler.
public final class TtlAfterFinishedController {

    private static final int WORKERS = 5;

    private TtlAfterFinishedController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(Job.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (after != null && after.getSpec().getTtlSecondsAfterFinished() != null && JobConditions.finished(after) != null) {
                queue.add(ObjectKey.of(after));
            }
        }));
        return new Controller<>("ttl-after-finished-controller", queue, WORKERS, new TtlReconciler(context));
    }
}
