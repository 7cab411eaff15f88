package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.time.Duration;
import java.util.Objects;

/// Wires autoscalers to their reconciler, which runs for each of them once a period and when its specification changes.
public final class HorizontalPodAutoscalerController {

    private static final int WORKERS = 2;

    private HorizontalPodAutoscalerController() {
    }

    /// @param period between two looks at an autoscaler
    /// @param log gets each decision
    public static Controller<ObjectKey> create(ControllerContext context, Duration period, DecisionLog log) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(HorizontalPodAutoscaler.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (before == null || after == null || !Objects.equals(before.getMetadata().getGeneration(), after.getMetadata().getGeneration())
                    || !before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
                queue.add(ObjectKey.of(after == null ? Objects.requireNonNull(before) : after));
            }
        }));
        return new Controller<>("horizontal-pod-autoscaler-controller", queue, WORKERS, new AutoscalerReconciler(context, period, log));
    }
}
