package io.moka.cluster;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.VolumeOrder.Action;
import java.util.Map;
import java.util.UUID;

/// Creates a claim whose volume starts with the content of a snapshot, on the node that has the snapshot.
///
/// First the claim is created, which names its volume, then the volume, which names this claim. So a repeated call continues an earlier one that was
/// interrupted, and no other claim gets the volume.
///
/// @param source the volume with the snapshot
/// @param name the new claim's
record RestoredClaim(VolumeOrders volumes, VolumeOrders.Bound source, String snapshot, String name) {

    /// On a claim: the volume and the snapshot that it was made from.
    private static final String FROM = "moka.io/restored-from";

    /// Returns when the content is there.
    void make() throws InterruptedException {
        var claim = claim();
        var volume = Claims.volumeName(claim);
        if (volumes.volumes().find("", volume) == null) {
            volumes.volumes().create(volume(volume, claim));
        }
        volumes.awaitMade(volume);
    }

    private String from() {
        return source.volume().getMetadata().getName() + "/" + snapshot;
    }

    private PersistentVolumeClaim claim() throws InterruptedException {
        var namespace = source.claimKey().namespace();
        var existing = volumes.claims().find(namespace, name);
        if (existing != null && from().equals(StorageNames.annotation(existing, FROM))) {
            return existing;
        } else if (existing != null) {
            throw new ClusterException("there is a claim " + namespace + "/" + name + " already");
        }
        if (volumes.carryOut(source, Action.INSPECT, null, null).snapshots().stream().noneMatch(one -> one.name().equals(snapshot))) {
            throw new ClusterException("claim " + source.claimKey() + " has no snapshot " + snapshot);
        }
        var spec = source.volume().getSpec();
        return volumes.claims().create(new PersistentVolumeClaimBuilder()
                .withMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).addToAnnotations(FROM, from()).build())
                .withNewSpec().withAccessModes(spec.getAccessModes()).withStorageClassName(spec.getStorageClassName()).withVolumeName("pvc-" + UUID.randomUUID())
                .withNewResources().withRequests(Map.of("storage", spec.getCapacity().get("storage"))).endResources().endSpec().build());
    }

    private PersistentVolume volume(String volume, PersistentVolumeClaim claim) {
        var root = LocalPath.root(source.volume());
        var metadata = claim.getMetadata();
        return new PersistentVolumeBuilder().withMetadata(new ObjectMetaBuilder().withName(volume).withLabels(Map.of(LocalPath.NODE, source.node()))
                        .withAnnotations(Map.of(StorageNames.PROVISIONED_BY, LocalPath.PROVISIONER, LocalPath.ROOT, root, LocalPath.SOURCE, from()))
                        .withFinalizers(LocalPath.CONTENT).build())
                .withNewSpecLike(source.volume().getSpec())
                .withNewLocal().withPath(root + "/" + volume + "_" + metadata.getNamespace() + "_" + metadata.getName()).endLocal()
                .withClaimRef(new ObjectReferenceBuilder().withApiVersion("v1").withKind("PersistentVolumeClaim").withNamespace(metadata.getNamespace())
                        .withName(metadata.getName()).withUid(metadata.getUid()).withResourceVersion(metadata.getResourceVersion()).build())
                .endSpec().build();
    }
}
