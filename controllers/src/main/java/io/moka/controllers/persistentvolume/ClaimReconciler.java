package io.moka.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.time.TimeSource;

/// Carries out the plan of one claim.
final class ClaimReconciler implements Reconciler<ObjectKey> {

    private final Lister<PersistentVolumeClaim> claims;
    private final Lister<PersistentVolume> volumes;
    private final Lister<StorageClass> classes;
    private final Lister<Pod> pods;
    private final Resources<PersistentVolume> liveVolumes;
    private final PlanWriter writer;
    private final TimeSource clock;

    ClaimReconciler(ControllerContext context, PlanWriter writer) {
        this.claims = context.informers().of(PersistentVolumeClaim.class).lister();
        this.volumes = context.informers().of(PersistentVolume.class).lister();
        this.classes = context.informers().of(StorageClass.class).lister();
        this.pods = context.informers().of(Pod.class).lister();
        this.liveVolumes = context.client().resources(PersistentVolume.class);
        this.writer = writer;
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var claim = claims.get(key);
        if (claim == null) {
            return Outcome.DONE;
        }
        var plan = ClaimPlan.of(claim, new StorageView(volumes.list(), classes.list(), pods.byIndex(PersistentVolumeBinder.BY_CLAIM, key.toString())), clock.instant());
        if (isSure(plan, claim)) {
            writer.carryOut(plan.writes());
        }
        return Outcome.DONE;
    }

    /// A claim is lost for ever, so the server is asked for the volume that the cache lacks; the volume's own event comes later.
    private boolean isSure(Plan plan, PersistentVolumeClaim claim) {
        boolean loses = plan.writes().stream().anyMatch(write -> write instanceof Write.Event event && event.reason().equals("ClaimLost"));
        return !loses || Claims.volumeName(claim).isEmpty() || liveVolumes.find("", Claims.volumeName(claim)) == null;
    }
}
