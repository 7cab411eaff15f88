package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Expectations;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.function.Consumer;

/// Wires ReplicaSets and pods to the reconciler.
public final class ReplicaSetController {

    private static final int WORKERS = 5;

    private ReplicaSetController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>("replicaset");
        var expectations = new Expectations(context.clock());
        var sets = context.informers().of(ReplicaSet.class);
        sets.addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null) {
                expectations.forget(ObjectKey.of(before));
            }
            queue.add(ObjectKey.of(after == null ? before : after));
        }));
        context.informers().of(Pod.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (before == null) {
                owner(after, key -> expectations.created(key));
            }
            if (after == null || before != null && Pods.isTerminating(after) && !Pods.isTerminating(before)) {
                owner(before, key -> expectations.deleted(key, before.getMetadata().getUid()));
            }
            if (before != null) {
                owner(before, queue::add);
            }
            if (after != null) {
                owner(after, queue::add);
                if (Owners.controllerOf(after) == null) {
                    sets.lister().list(after.getMetadata().getNamespace()).stream()
                            .filter(set -> LabelSelector.of(set.getSpec().getSelector()).matches(after.getMetadata().getLabels()))
                            .forEach(set -> queue.add(ObjectKey.of(set)));
                }
            }
        }));
        return new Controller<>("replicaset-controller", queue, WORKERS, new ReplicaSetReconciler(context, expectations));
    }

    private static void owner(Pod pod, Consumer<ObjectKey> action) {
        var owner = Owners.controllerOf(pod);
        if (owner != null && owner.getKind().equals("ReplicaSet")) {
            action.accept(new ObjectKey(pod.getMetadata().getNamespace(), owner.getName()));
        }
    }
}
