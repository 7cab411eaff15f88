package io.moka.kubelet.volume;

import com.fasterxml.jackson.databind.node.NullNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.events.EventRecorder;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.SharedInformer;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.VolumeOrder;
import io.moka.machinery.storage.VolumeState;
import io.moka.machinery.storage.Volumes;
import io.moka.machinery.time.TimeSource;
import io.moka.machinery.workqueue.WorkQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Watches the volume objects of this node and updates [LocalPathStore]: creates a volume's content before its first pod, grows it, and deletes it when the
/// object is deleted. Reports the result on the object.
///
/// A deleted object's content is deleted only where the reclaim policy says `Delete` and no claim is bound to the volume any more; with `Retain` it
/// stays on the disk.
public final class LocalPathAgent implements AutoCloseable {

    private static final String PROTECTION = "kubernetes.io/pv-protection";
    private static final int WORKERS = 2;

    private final LocalPathStore store;
    private final Resources<PersistentVolume> volumes;
    private final Resources<PersistentVolumeClaim> claims;
    private final VolumeOrders orders;
    private final EventRecorder events;
    private final SharedInformer<PersistentVolume> informer;
    private final Controller<ObjectKey> controller;

    public LocalPathAgent(ApiClient client, String node, LocalPathStore store, EventRecorder events) {
        this.store = store;
        this.orders = new VolumeOrders(store, TimeSource.SYSTEM);
        this.volumes = client.resources(PersistentVolume.class);
        this.claims = client.resources(PersistentVolumeClaim.class);
        this.events = events;
        this.informer = SharedInformer.of(client, PersistentVolume.class).labels(LocalPath.NODE + "=" + LocalPath.nodeLabel(node)).build();
        var queue = new WorkQueue<ObjectKey>(TimeSource.SYSTEM);
        this.controller = new Controller<>("local-path", queue, WORKERS, this::reconcile);
        informer.addHandler(EventHandler.onChange(volume -> queue.add(ObjectKey.of(volume))));
    }

    public void start() {
        informer.start();
        controller.start();
    }

    private Outcome reconcile(ObjectKey key) {
        var volume = informer.lister().get(key);
        if (volume == null || !LocalPath.isOurs(volume) || volume.getSpec().getLocal() == null && !LocalPath.isShared(volume)) {
            return Outcome.DONE;
        }
        boolean deleting = volume.getMetadata().getDeletionTimestamp() != null;
        try {
            if (!deleting) {
                keep(volume);
                if (!LocalPath.isShared(volume)) {
                    obey(volume);
                }
            } else if (volume.getMetadata().getFinalizers().contains(LocalPath.CONTENT) && !volume.getMetadata().getFinalizers().contains(PROTECTION)) {
                giveUp(volume);
            }
        } catch (IOException e) {
            events.warning(volume, deleting ? "VolumeFailedDelete" : "ProvisioningFailed", String.valueOf(e.getMessage()));
            throw new UncheckedIOException(e);
        }
        return Outcome.DONE;
    }

    /// Carries out the order on the object that is not answered yet.
    private void obey(PersistentVolume volume) throws IOException {
        if (StorageNames.hasAnnotation(volume, LocalPath.LEFT)) {
            orders.forgetLeft(volume);
            annotate(volume, Map.of(LocalPath.LEFT, NullNode.getInstance()));
        }
        var order = VolumeOrder.parse(StorageNames.annotation(volume, LocalPath.ORDER));
        var state = VolumeState.parse(StorageNames.annotation(volume, LocalPath.STATE));
        if (order == null) {
            orders.withdraw(volume);
        } else if (state == null || !order.id().equals(state.answered())) {
            var answer = orders.carryOut(volume, order);
            var news = new LinkedHashMap<String, Object>(Map.of(LocalPath.STATE, answer.text()));
            if (order.action() == VolumeOrder.Action.MOVE && answer.problem().isEmpty()) {
                news.put(LocalPath.LEFT, LocalPath.root(volume));
                news.put(LocalPath.MOVED_TO, String.valueOf(order.root()));
            }
            annotate(volume, news);
            tell(volume, order, answer);
        }
    }

    private void tell(PersistentVolume volume, VolumeOrder order, VolumeState answer) {
        if (!answer.problem().isEmpty()) {
            events.warning(volume, "VolumeOrderFailed", order.action() + ": " + answer.problem());
        } else if (order.action() != VolumeOrder.Action.INSPECT) {
            events.normal(volume, "VolumeOrderDone", order.action() + (order.snapshot() == null ? "" : " " + order.snapshot()));
        }
    }

    private void annotate(PersistentVolume volume, Map<String, Object> annotations) {
        volumes.patch("", volume.getMetadata().getName(), PatchType.MERGE, Map.of("metadata", Map.of("uid", volume.getMetadata().getUid(), "annotations", annotations)));
    }

    private void keep(PersistentVolume volume) throws IOException {
        if (!StorageNames.hasAnnotation(volume, LocalPath.MADE)) {
            store.make(volume);
            annotate(volume, Map.of(LocalPath.MADE, "true"));
        } else if (LocalPath.isShared(volume)) {
            store.limitShared(volume);
        } else if (store.growIfMounted(volume)) {
            var reference = volume.getSpec().getClaimRef();
            try {
                var claim = claims.find(reference.getNamespace(), reference.getName());
                if (claim != null && Volumes.capacityBytes(volume) > Claims.capacityBytes(claim)) {
                    grown(claim, volume);
                }
            } catch (ApiException e) {
                // the kubelet may only update claims that pods of this node use; otherwise the set-up of the next pod updates the claim
                if (!e.isForbidden()) {
                    throw e;
                }
            }
        }
    }

    /// Writes into the claim's status that its file system has grown.
    public void grown(PersistentVolumeClaim claim, PersistentVolume volume) {
        var status = new LinkedHashMap<String, Object>();
        status.put("capacity", Map.of("storage", volume.getSpec().getCapacity().get("storage")));
        status.put("allocatedResourceStatuses", NullNode.getInstance());
        status.put("conditions", claim.getStatus().getConditions().stream().filter(condition -> !condition.getType().equals("FileSystemResizePending")).toList());
        claims.patchStatus(claim.getMetadata().getNamespace(), claim.getMetadata().getName(), PatchType.MERGE,
                Map.of("metadata", Map.of("uid", claim.getMetadata().getUid(), "resourceVersion", claim.getMetadata().getResourceVersion()), "status", status));
        events.normal(claim, "FileSystemResizeSuccessful", "MountVolume.NodeExpandVolume succeeded for volume \"" + volume.getMetadata().getName() + "\"");
    }

    private void giveUp(PersistentVolume volume) throws IOException {
        if ("Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())) {
            store.delete(volume);
        }
        removeFinalizer(volume);
    }

    private void removeFinalizer(HasMetadata volume) {
        var rest = volume.getMetadata().getFinalizers().stream().filter(finalizer -> !finalizer.equals(LocalPath.CONTENT)).toList();
        try {
            volumes.patch("", volume.getMetadata().getName(), PatchType.MERGE, Map.of("metadata", Map.of("uid", volume.getMetadata().getUid(),
                    "resourceVersion", volume.getMetadata().getResourceVersion(), "finalizers", rest)));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        informer.close();
        controller.close();
    }
}
