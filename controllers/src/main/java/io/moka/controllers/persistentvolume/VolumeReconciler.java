package io.moka.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.time.TimeSource;
import org.jspecify.annotations.Nullable;

/// Carries out the plan of one volume.
final class VolumeReconciler implements Reconciler<ObjectKey> {

    private final Lister<PersistentVolume> volumes;
    private final Lister<PersistentVolumeClaim> claims;
    private final Resources<PersistentVolumeClaim> liveClaims;
    private final PlanWriter writer;
    private final TimeSource clock;

    VolumeReconciler(ControllerContext context, PlanWriter writer) {
        this.volumes = context.informers().of(PersistentVolume.class).lister();
        this.claims = context.informers().of(PersistentVolumeClaim.class).lister();
        this.liveClaims = context.client().resources(PersistentVolumeClaim.class);
        this.writer = writer;
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var volume = volumes.get(key);
        if (volume != null) {
            writer.carryOut(VolumePlan.of(volume, claim(volume), clock.instant()).writes());
        }
        return Outcome.DONE;
    }

    /// A volume that is released is not bound again, so the server is asked where the cache lacks the claim.
    private @Nullable PersistentVolumeClaim claim(PersistentVolume volume) {
        var reference = volume.getSpec().getClaimRef();
        if (reference == null || reference.getUid() == null) {
            return null;
        }
        var cached = claims.get(reference.getNamespace(), reference.getName());
        boolean same = cached != null && cached.getMetadata().getUid().equals(reference.getUid());
        return same ? cached : liveClaims.find(reference.getNamespace(), reference.getName());
    }
}
