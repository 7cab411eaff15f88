package io.moka.machinery.storage;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.moka.machinery.meta.Quantities;
import org.jspecify.annotations.Nullable;

/// Reads properties of a PersistentVolumeClaim.
public final class Claims {

    private Claims() {
    }

    /// Returns the class that the claim names; empty if it names none or asks for none.
    public static String className(PersistentVolumeClaim claim) {
        var named = namedClass(claim);
        return named == null ? "" : named;
    }

    /// Returns the class that the claim names; null if the field is absent, so that the claim may get the default class.
    public static @Nullable String namedClass(PersistentVolumeClaim claim) {
        var annotated = StorageNames.annotation(claim, StorageNames.OLD_CLASS);
        return annotated.isEmpty() ? claim.getSpec().getStorageClassName() : annotated;
    }

    public static @Nullable Quantity request(PersistentVolumeClaim claim) {
        var resources = claim.getSpec().getResources();
        return resources == null || resources.getRequests() == null ? null : resources.getRequests().get("storage");
    }

    public static long requestedBytes(PersistentVolumeClaim claim) {
        return Quantities.value(request(claim));
    }

    /// Returns the capacity in the claim's status; the greatest number if the status has none.
    public static long capacityBytes(PersistentVolumeClaim claim) {
        var status = claim.getStatus();
        var capacity = status == null || status.getCapacity() == null ? null : status.getCapacity().get("storage");
        return capacity == null ? Long.MAX_VALUE : Quantities.value(capacity);
    }

    public static String volumeName(PersistentVolumeClaim claim) {
        var name = claim.getSpec().getVolumeName();
        return name == null ? "" : name;
    }

    /// Whether both halves of the binding have been written.
    public static boolean isBound(PersistentVolumeClaim claim) {
        return !volumeName(claim).isEmpty() && StorageNames.hasAnnotation(claim, StorageNames.BIND_COMPLETED);
    }

    public static String phase(PersistentVolumeClaim claim) {
        return claim.getStatus() == null || claim.getStatus().getPhase() == null ? "Pending" : claim.getStatus().getPhase();
    }

    public static boolean isDeleting(PersistentVolumeClaim claim) {
        return claim.getMetadata().getDeletionTimestamp() != null;
    }

    public static boolean isBlock(@Nullable String volumeMode) {
        return "Block".equals(volumeMode);
    }

    /// Whether claims of the class are bound when a pod needs them, and not before.
    public static boolean waitsForConsumer(@Nullable StorageClass storageClass) {
        return storageClass != null && "WaitForFirstConsumer".equals(storageClass.getVolumeBindingMode());
    }
}
