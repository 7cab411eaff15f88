package io.moka.machinery.storage;

import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.moka.machinery.meta.Quantities;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads properties of a PersistentVolume.
public final class Volumes {

    private Volumes() {
    }

    public static String className(PersistentVolume volume) {
        var annotated = StorageNames.annotation(volume, StorageNames.OLD_CLASS);
        var named = annotated.isEmpty() ? volume.getSpec().getStorageClassName() : annotated;
        return named == null ? "" : named;
    }

    public static @Nullable Quantity capacity(PersistentVolume volume) {
        return volume.getSpec().getCapacity() == null ? null : volume.getSpec().getCapacity().get("storage");
    }

    public static long capacityBytes(PersistentVolume volume) {
        return Quantities.value(capacity(volume));
    }

    public static String phase(PersistentVolume volume) {
        return volume.getStatus() == null || volume.getStatus().getPhase() == null ? "Pending" : volume.getStatus().getPhase();
    }

    /// Whether the volume names this claim, by uid where it names one.
    public static boolean isFor(PersistentVolume volume, PersistentVolumeClaim claim) {
        var reference = volume.getSpec().getClaimRef();
        if (reference == null || !claim.getMetadata().getName().equals(reference.getName())
                || !Objects.equals(claim.getMetadata().getNamespace(), reference.getNamespace())) {
            return false;
        }
        return isEmpty(reference.getUid()) || reference.getUid().equals(claim.getMetadata().getUid());
    }

    /// Whether the volume names this very claim, uid and all.
    public static boolean isBoundTo(PersistentVolume volume, PersistentVolumeClaim claim) {
        return isFor(volume, claim) && !isEmpty(volume.getSpec().getClaimRef().getUid());
    }

    /// A copy of the volume that names the claim; the same object where it does already.
    public static PersistentVolume boundTo(PersistentVolume volume, PersistentVolumeClaim claim) {
        if (isBoundTo(volume, claim)) {
            return volume;
        }
        var copy = new PersistentVolumeBuilder(volume);
        if (!isFor(volume, claim)) {
            copy.editMetadata().addToAnnotations(StorageNames.BOUND_BY_CONTROLLER, "yes").endMetadata();
        }
        return copy.editSpec().withClaimRef(new ObjectReferenceBuilder().withApiVersion("v1").withKind("PersistentVolumeClaim")
                .withNamespace(claim.getMetadata().getNamespace()).withName(claim.getMetadata().getName()).withUid(claim.getMetadata().getUid())
                .withResourceVersion(claim.getMetadata().getResourceVersion()).build()).endSpec().build();
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }
}
