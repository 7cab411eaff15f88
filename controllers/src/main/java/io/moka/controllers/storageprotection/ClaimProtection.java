package io.moka.controllers.storageprotection;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;

/// Removes the finalizer from a deleted claim when no pod uses it any more.
final class ClaimProtection implements Reconciler<ObjectKey> {

    static final String FINALIZER = "kubernetes.io/pvc-protection";

    private final Lister<Pod> pods;
    private final Resources<Pod> livePods;
    private final Resources<PersistentVolumeClaim> claims;

    ClaimProtection(ControllerContext context) {
        this.pods = context.informers().of(Pod.class).lister();
        this.livePods = context.client().resources(Pod.class);
        this.claims = context.client().resources(PersistentVolumeClaim.class);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var claim = claims.find(key.namespace(), key.name());
        if (claim == null || claim.getMetadata().getDeletionTimestamp() == null || !claim.getMetadata().getFinalizers().contains(FINALIZER)) {
            return Outcome.DONE;
        }
        if (pods.list(key.namespace()).stream().noneMatch(pod -> ClaimUse.uses(pod, key)) && !usedByOneThatIsNotSeenYet(key)) {
            claim.getMetadata().getFinalizers().remove(FINALIZER);
            claims.update(claim);
        }
        return Outcome.DONE;
    }

    /// The cache may be behind, and a volume that is taken away from under a pod does not come back: so the server is asked.
    private boolean usedByOneThatIsNotSeenYet(ObjectKey key) {
        return livePods.list(key.namespace(), ListOptions.all()).items().stream().anyMatch(pod -> ClaimUse.uses(pod, key));
    }
}
