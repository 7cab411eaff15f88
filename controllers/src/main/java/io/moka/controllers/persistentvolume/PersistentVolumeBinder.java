package io.moka.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.PodClaims;
import io.moka.machinery.storage.Volumes;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Wires claims, volumes, classes and pods to the two reconcilers. Each reconciler has one worker, so that two claims seldom choose the same volume.
public final class PersistentVolumeBinder {

    /// Index of pods by the claims that they use.
    static final String BY_CLAIM = "claim";

    private final WorkQueue<ObjectKey> claimQueue;
    private final WorkQueue<ObjectKey> volumeQueue;
    private final Lister<PersistentVolumeClaim> claims;

    private PersistentVolumeBinder(ControllerContext context) {
        this.claimQueue = new WorkQueue<>(context.clock());
        this.volumeQueue = new WorkQueue<>(context.clock());
        this.claims = context.informers().of(PersistentVolumeClaim.class).lister();
    }

    public static List<Controller<ObjectKey>> create(ControllerContext context) {
        var binder = new PersistentVolumeBinder(context);
        var informers = context.informers();
        informers.of(PersistentVolumeClaim.class).addHandler(EventHandler.onEvent(binder::claimChanged));
        informers.of(PersistentVolume.class).addHandler(EventHandler.onEvent(binder::volumeChanged));
        informers.of(StorageClass.class).addHandler(EventHandler.onChange(one -> binder.addWaiting(claim -> true)));
        informers.of(Pod.class).index(BY_CLAIM, pod -> PodClaims.of(pod).stream().map(ObjectKey::toString).toList())
                .addHandler(EventHandler.onEvent((before, after) -> {
                    if (before == null && after != null) {
                        PodClaims.of(after).stream().filter(binder::isWaiting).forEach(binder.claimQueue::add);
                    }
                }));
        var writer = new PlanWriter(context.client(), context.events().apply("persistentvolume-controller"));
        return List.of(new Controller<>("persistentvolume-binder-controller", binder.claimQueue, 1, new ClaimReconciler(context, writer)),
                new Controller<>("persistentvolume-reclaim-controller", binder.volumeQueue, 1, new VolumeReconciler(context, writer)));
    }

    private boolean isWaiting(ObjectKey key) {
        var claim = claims.get(key);
        return claim != null && !Claims.isBound(claim);
    }

    private void claimChanged(@Nullable PersistentVolumeClaim before, @Nullable PersistentVolumeClaim after) {
        var claim = after == null ? before : after;
        if (claim == null) {
            return;
        }
        if (after != null) {
            claimQueue.add(ObjectKey.of(after));
        }
        if (!Claims.volumeName(claim).isEmpty()) {
            volumeQueue.add(ObjectKey.ofCluster(Claims.volumeName(claim)));
        }
    }

    private void volumeChanged(@Nullable PersistentVolume before, @Nullable PersistentVolume after) {
        var volume = after == null ? before : after;
        if (volume == null) {
            return;
        }
        if (after != null) {
            volumeQueue.add(ObjectKey.of(after));
        }
        var reference = volume.getSpec().getClaimRef();
        if (reference != null) {
            claimQueue.add(new ObjectKey(reference.getNamespace(), reference.getName()));
        }
        boolean free = after != null && Volumes.phase(after).equals("Available");
        addWaiting(claim -> Claims.volumeName(claim).equals(volume.getMetadata().getName()) || free && Claims.className(claim).equals(Volumes.className(volume)));
    }

    /// Claims without a volume that this change may help.
    private void addWaiting(Predicate<PersistentVolumeClaim> helped) {
        claims.list().stream().filter(claim -> !Claims.isBound(claim) || Claims.phase(claim).equals("Lost")).filter(helped).map(ObjectKey::of).forEach(claimQueue::add);
    }
}
