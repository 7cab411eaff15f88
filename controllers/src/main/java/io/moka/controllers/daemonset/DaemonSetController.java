package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.history.RevisionEvents;
import io.moka.controllers.history.RevisionedKind;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.podowner.PodOwner;
import io.moka.controllers.podowner.PodOwnerEvents;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires DaemonSets, their pods and revisions, and the nodes to the reconciler.
public final class DaemonSetController {

    private static final int WORKERS = 2;

    static final PodOwner<DaemonSet> PODS = new PodOwner<>(DaemonSet.class, "daemonset-controller", set -> LabelSelector.of(set.getSpec().getSelector()));
    static final RevisionedKind<DaemonSet> REVISIONS = new RevisionedKind<>(DaemonSet.class, DaemonPods.HASH,
            set -> LabelSelector.of(set.getSpec().getSelector()), set -> set.getSpec().getTemplate(),
            set -> set.getStatus() == null ? null : set.getStatus().getCollisionCount());

    private DaemonSetController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var expectations = new Expectations(context.clock());
        var backoff = new FailedPodBackoff();
        PodOwnerEvents.register(context, PODS, expectations, queue);
        RevisionEvents.register(context, REVISIONS, queue);
        var sets = context.informers().of(DaemonSet.class);
        sets.addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null) {
                backoff.forget(before);
            }
        }));
        context.informers().of(Node.class).addHandler(EventHandler.onEvent(new NodeEvents(sets.lister(), queue)::onEvent));
        return new Controller<>(PODS.component(), queue, WORKERS, new DaemonSetReconciler(context, expectations, backoff));
    }
}
