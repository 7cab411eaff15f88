package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.history.RevisionEvents;
import io.moka.controllers.history.RevisionedKind;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.podowner.PodOwner;
import io.moka.controllers.podowner.PodOwnerEvents;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;

/// Wires StatefulSets, their pods, revisions and claims to the reconciler.
public final class StatefulSetController {

    private static final int WORKERS = 5;

    static final PodOwner<StatefulSet> PODS = new PodOwner<>(StatefulSet.class, "statefulset-controller",
            set -> LabelSelector.of(set.getSpec().getSelector()), Identity::isMember, List.of());
    static final RevisionedKind<StatefulSet> REVISIONS = new RevisionedKind<>(StatefulSet.class, "controller.kubernetes.io/hash",
            set -> LabelSelector.of(set.getSpec().getSelector()), set -> set.getSpec().getTemplate(),
            set -> set.getStatus() == null ? null : set.getStatus().getCollisionCount());

    private StatefulSetController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var expectations = new Expectations(context.clock());
        PodOwnerEvents.register(context, PODS, expectations, queue);
        RevisionEvents.register(context, REVISIONS, queue);
        var sets = context.informers().of(StatefulSet.class).lister();
        context.informers().of(PersistentVolumeClaim.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null) {
                queueUsers(sets, before, queue);
            }
        }));
        return new Controller<>(PODS.component(), queue, WORKERS, new StatefulSetReconciler(context, expectations));
    }

    /// A pod may wait for its claim to be gone before it is made anew.
    private static void queueUsers(Lister<StatefulSet> sets, PersistentVolumeClaim claim, WorkQueue<ObjectKey> queue) {
        var name = claim.getMetadata().getName();
        for (var set : sets.list(claim.getMetadata().getNamespace())) {
            if (set.getSpec().getVolumeClaimTemplates().stream()
                    .anyMatch(template -> name.startsWith(template.getMetadata().getName() + "-" + set.getMetadata().getName() + "-"))) {
                queue.add(ObjectKey.of(set));
            }
        }
    }
}
