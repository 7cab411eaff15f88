package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.VolumeOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Volumes and claims for tests.
public final class LocalVolumes {

    private LocalVolumes() {
    }

    /// A volume of moka.io/local-path.
    public static PersistentVolume volume(String name, Path root, String size) {
        return volume(name, root, name, size);
    }

    /// A volume that is bound to another claim than `data`.
    public static PersistentVolume volume(String name, String claim, Path root, String size) {
        return new PersistentVolumeBuilder(volume(name, root, size)).editSpec().editClaimRef().withName(claim).endClaimRef().endSpec().build();
    }

    static PersistentVolume volume(String name, Path root, String relative, String size) {
        return bare(name, size).editMetadata().withUid("uid-" + name).addToAnnotations(StorageNames.PROVISIONED_BY, LocalPath.PROVISIONER)
                .addToAnnotations(LocalPath.ROOT, root.toString()).endMetadata().editSpec().withNewLocal().withPath(root + "/" + relative).endLocal().endSpec().build();
    }

    /// Takes a snapshot of a volume as by an administrator's order, in the place of an earlier one of that name.
    public static void snapshot(LocalPathStore store, PersistentVolume volume, String name) throws IOException {
        for (var action : List.of(VolumeOrder.Action.DELETE_SNAPSHOT, VolumeOrder.Action.SNAPSHOT)) {
            var order = new VolumeOrder(UUID.randomUUID().toString(), action, name, null, Instant.MAX);
            var problem = new VolumeOrders(store, InstantSource.system()).carryOut(volume, order).problem();
            if (!problem.isEmpty()) {
                throw new IOException(problem);
            }
        }
    }

    /// A volume without a source, bound to the claim `data`.
    static PersistentVolumeBuilder bare(String name, String size) {
        return new PersistentVolumeBuilder().withNewMetadata().withName(name).withUid("uid-" + name).endMetadata()
                .withNewSpec().withCapacity(Map.of("storage", new Quantity(size))).withAccessModes("ReadWriteOnce").withPersistentVolumeReclaimPolicy("Delete")
                .withNewClaimRef().withNamespace("default").withName("data").withUid("uid-data").endClaimRef().endSpec();
    }

    static PersistentVolume larger(PersistentVolume volume, String size) {
        return new PersistentVolumeBuilder(volume).editSpec().withCapacity(Map.of("storage", new Quantity(size))).endSpec().build();
    }

    /// The claim `data` of the namespace `default`.
    public static PersistentVolumeClaim claim(String volume, String mode) {
        return claim("data", volume, mode);
    }

    public static PersistentVolumeClaim claim(String name, String volume, String mode) {
        return new PersistentVolumeClaimBuilder().withNewMetadata().withName(name).withNamespace("default").withUid("uid-data")
                .addToAnnotations(StorageNames.BIND_COMPLETED, "yes").endMetadata().withNewSpec().withVolumeName(volume).withAccessModes(mode).endSpec()
                .withNewStatus().withPhase("Bound").addToCapacity("storage", new Quantity("32Mi")).endStatus().build();
    }
}
