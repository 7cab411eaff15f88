package io.moka.controllers.ephemeralvolume;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.workqueue.WorkQueue;

/// Wires pods and claims to the plan.
public final class EphemeralVolumeController {

    private static final int WORKERS = 2;

    private EphemeralVolumeController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var pods = context.informers().of(Pod.class);
        var claims = context.informers().of(PersistentVolumeClaim.class);
        var writer = new PlanWriter(context.client(), context.events().apply("ephemeral_volume"));
        pods.addHandler(EventHandler.onEvent((before, after) -> {
            if (after != null && before == null && after.getSpec().getVolumes().stream().anyMatch(volume -> volume.getEphemeral() != null)) {
                queue.add(ObjectKey.of(after));
            }
        }));
        claims.addHandler(EventHandler.onEvent((before, after) -> {
            var owner = after == null ? Owners.controllerOf(before) : null;
            if (owner != null && owner.getKind().equals("Pod")) {
                queue.add(new ObjectKey(before.getMetadata().getNamespace(), owner.getName()));
            }
        }));
        return new Controller<>("ephemeral-volume-controller", queue, WORKERS, key -> {
            var pod = pods.lister().get(key);
            if (pod != null) {
                writer.carryOut(EphemeralPlan.of(pod, name -> claims.lister().get(key.namespace(), name)).writes());
            }
            return Outcome.DONE;
        });
    }
}
