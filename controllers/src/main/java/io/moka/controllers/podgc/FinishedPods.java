package io.moka.controllers.podgc;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;

/// Deletes finished pods beyond the threshold.
final class FinishedPods implements Reconciler<ObjectKey> {

    /// The only key, which stands for all finished pods.
    static final ObjectKey KEY = ObjectKey.ofCluster("finished");

    private final Lister<Pod> pods;
    private final PlanWriter writer;
    private final int threshold;

    FinishedPods(ControllerContext context, int threshold) {
        this.pods = context.informers().of(Pod.class).lister();
        this.writer = new PlanWriter(context.client(), context.events().apply("pod-garbage-collector"));
        this.threshold = threshold;
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        writer.carryOut(PodGcPlan.finished(pods.list(), threshold).writes());
        return Outcome.DONE;
    }
}
