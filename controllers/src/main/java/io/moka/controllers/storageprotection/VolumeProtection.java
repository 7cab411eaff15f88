package io.moka.controllers.storageprotection;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.meta.ObjectKey;

/// Removes the finalizer from a deleted volume when no claim is bound to it.
final class VolumeProtection implements Reconciler<ObjectKey> {

    static final String FINALIZER = "kubernetes.io/pv-protection";

    private final Resources<PersistentVolume> volumes;

    VolumeProtection(ControllerContext context) {
        this.volumes = context.client().resources(PersistentVolume.class);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var volume = volumes.find("", key.name());
        boolean waiting = volume != null && volume.getMetadata().getDeletionTimestamp() != null && volume.getMetadata().getFinalizers().contains(FINALIZER);
        if (waiting && !(volume.getStatus() != null && "Bound".equals(volume.getStatus().getPhase()))) {
            volume.getMetadata().getFinalizers().remove(FINALIZER);
            volumes.update(volume);
        }
        return Outcome.DONE;
    }
}
