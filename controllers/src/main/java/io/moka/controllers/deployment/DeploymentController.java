package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires Deployments, their ReplicaSets and the ends of their pods to the reconciler.
public final class DeploymentController {

    private static final int WORKERS = 5;

    private DeploymentController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(Deployment.class).addHandler(EventHandler.onChange(deployment -> queue.add(ObjectKey.of(deployment))));
        var sets = context.informers().of(ReplicaSet.class);
        sets.addHandler(EventHandler.onChange(set -> addOwner(queue, set)));
        // The Recreate strategy waits for the last old pod to be gone.
        context.informers().of(Pod.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null) {
                var owner = Owners.controllerOf(before);
                var set = owner == null ? null : sets.lister().get(before.getMetadata().getNamespace(), owner.getName());
                if (set != null) {
                    addOwner(queue, set);
                }
            }
        }));
        return new Controller<>("deployment-controller", queue, WORKERS, new DeploymentReconciler(context));
    }

    private static void addOwner(WorkQueue<ObjectKey> queue, ReplicaSet set) {
        var owner = Owners.controllerOf(set);
        if (owner != null && owner.getKind().equals("Deployment")) {
            queue.add(new ObjectKey(set.getMetadata().getNamespace(), owner.getName()));
        }
    }
}
