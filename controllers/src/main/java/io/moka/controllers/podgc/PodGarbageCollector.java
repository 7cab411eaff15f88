package io.moka.controllers.podgc;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.workqueue.WorkQueue;
import java.time.Duration;
import java.util.List;

/// Wires pods and nodes to the reconcilers.
public final class PodGarbageCollector {

    private static final int WORKERS = 2;
    /// Finished pods are counted at most this often.
    private static final Duration COUNTING = Duration.ofSeconds(20);

    private PodGarbageCollector() {
    }

    /// @param threshold how many finished pods may stay; 0 for any number
    public static List<Controller<ObjectKey>> create(ControllerContext context, int threshold) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var counting = new WorkQueue<ObjectKey>(context.clock());
        var reconciler = new PodGcReconciler(context);
        var pods = context.informers().of(Pod.class).index(Informers.BY_NODE, Informers::nodeOf);
        var podLister = pods.lister();
        var nodes = context.informers().of(Node.class).lister();
        pods.addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null) {
                return;
            }
            var node = after.getSpec().getNodeName();
            boolean bound = node != null && !node.isEmpty();
            if (bound && nodes.get("", node) == null || Pods.isTerminating(after)) {
                queue.add(ObjectKey.of(after));
            }
            if (Pods.isTerminal(after) && (before == null || !Pods.isTerminal(before))) {
                counting.addAfter(FinishedPods.KEY, COUNTING);
            }
        }));
        context.informers().of(Node.class).addHandler(EventHandler.onEvent((before, after) -> {
            var node = after == null ? before : after;
            if (after == null || PodGcPlan.isOutOfService(after)) {
                for (var pod : podLister.byIndex(Informers.BY_NODE, node.getMetadata().getName())) {
                    if (after == null) {
                        reconciler.nodeDeleted(ObjectKey.of(pod));
                    }
                    queue.add(ObjectKey.of(pod));
                }
            }
        }));
        return List.of(new Controller<>("pod-garbage-collector-controller", queue, WORKERS, reconciler),
                new Controller<>("finished-pods-controller", counting, 1, new FinishedPods(context, threshold)));
    }
}
