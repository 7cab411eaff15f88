package io.moka.controllers.job;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.podowner.PodOwner;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;

/// Wires Jobs and Pods to the reconcilers of jobs and of the pods that jobs left behind.
public final class JobController {

    static final PodOwner<Job> KIND = new PodOwner<>(Job.class, "job-controller", job -> LabelSelector.of(job.getSpec().getSelector()),
            (job, pod) -> true, List.of(JobPods.FINALIZER));

    private static final int WORKERS = 5;

    private JobController() {
    }

    public static List<Controller<?>> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var orphans = new WorkQueue<ObjectKey>(context.clock());
        var expectations = new Expectations(context.clock());
        var released = new ReleasedPods();
        JobEvents.register(context, expectations, released, queue, orphans);
        return List.of(new Controller<>("job-controller", queue, WORKERS, new JobReconciler(context, expectations, released)),
                new Controller<>("job-orphan-pods", orphans, WORKERS, new OrphanReconciler(context)));
    }

    static boolean isJob(OwnerReference owner) {
        return owner.getKind().equals("Job") && owner.getApiVersion().startsWith("batch/");
    }
}
