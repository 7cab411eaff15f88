package io.moka.controllers.storageprotection;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;

/// Wires claims, volumes and pods to the two reconcilers.
public final class StorageProtection {

    private static final int WORKERS = 2;

    private StorageProtection() {
    }

    public static List<Controller<ObjectKey>> create(ControllerContext context) {
        return List.of(claims(context), volumes(context));
    }

    private static Controller<ObjectKey> claims(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(PersistentVolumeClaim.class).addHandler(EventHandler.onChange(claim -> {
            if (claim.getMetadata().getDeletionTimestamp() != null) {
                queue.add(ObjectKey.of(claim));
            }
        }));
        context.informers().of(Pod.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (after == null || ClaimUse.hasEnded(after)) {
                ClaimUse.claims(after == null ? before : after).forEach(queue::add);
            }
        }));
        return new Controller<>("persistentvolumeclaim-protection-controller", queue, WORKERS, new ClaimProtection(context));
    }

    private static Controller<ObjectKey> volumes(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        context.informers().of(PersistentVolume.class).addHandler(EventHandler.onChange(volume -> {
            if (volume.getMetadata().getDeletionTimestamp() != null) {
                queue.add(ObjectKey.of(volume));
            }
        }));
        return new Controller<>("persistentvolume-protection-controller", queue, WORKERS, new VolumeProtection(context));
    }
}
