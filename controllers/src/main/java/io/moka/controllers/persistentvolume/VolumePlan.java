package io.moka.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.Volumes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Plans the writes for one volume: marks it as available, bound, released or failed, or has it reclaimed. [ClaimPlan] writes the claim's half of a binding.
final class VolumePlan {

    private final PersistentVolume volume;
    private final Instant now;
    private final Plan.Draft draft = new Plan.Draft();

    private VolumePlan(PersistentVolume volume, Instant now) {
        this.volume = volume;
        this.now = now;
    }

    /// @param claim the claim with the name in the volume's reference, or null if there is none
    static Plan of(PersistentVolume volume, @Nullable PersistentVolumeClaim claim, Instant now) {
        var plan = new VolumePlan(volume, now);
        plan.decide(claim);
        return plan.draft.plan();
    }

    private void decide(@Nullable PersistentVolumeClaim claim) {
        var reference = volume.getSpec().getClaimRef();
        if (reference == null || reference.getUid() == null || reference.getUid().isEmpty()) {
            Binding.addPhase(draft, volume, "Available", null, now);
        } else if (claim == null || !claim.getMetadata().getUid().equals(reference.getUid())) {
            release();
        } else if (Claims.volumeName(claim).isEmpty()) {
            awaitClaim(claim);
        } else if (Claims.volumeName(claim).equals(volume.getMetadata().getName())) {
            Binding.addPhase(draft, volume, "Bound", null, now);
        } else {
            giveBack();
        }
    }

    private void awaitClaim(PersistentVolumeClaim claim) {
        if (Claims.isBlock(volume.getSpec().getVolumeMode()) != Claims.isBlock(claim.getSpec().getVolumeMode())) {
            draft.add(Write.warning(volume, "VolumeMismatch", "Cannot bind PersistentVolume to requested PersistentVolumeClaim \"" + claim.getMetadata().getName()
                    + "\" due to incompatible volumeMode."));
            draft.add(Write.warning(claim, "VolumeMismatch", "Cannot bind PersistentVolume \"" + volume.getMetadata().getName()
                    + "\" to requested PersistentVolumeClaim due to incompatible volumeMode."));
        }
    }

    /// The claim has another volume. One that was made for it goes; any other is free again.
    private void giveBack() {
        boolean made = StorageNames.hasAnnotation(volume, StorageNames.PROVISIONED_BY);
        if (made && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())) {
            release();
            return;
        }
        var copy = new PersistentVolumeBuilder(volume);
        if (StorageNames.hasAnnotation(volume, StorageNames.BOUND_BY_CONTROLLER)) {
            copy.editMetadata().removeFromAnnotations(StorageNames.BOUND_BY_CONTROLLER).endMetadata().editSpec().withClaimRef(null).endSpec();
        } else {
            copy.editSpec().editClaimRef().withUid(null).withResourceVersion(null).endClaimRef().endSpec();
        }
        draft.add(new Write.Update(copy.build()));
        Binding.addPhase(draft, volume, "Available", null, now);
    }

    private void release() {
        if (!Volumes.phase(volume).equals("Failed")) {
            Binding.addPhase(draft, volume, "Released", null, now);
        }
        if (volume.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        var policy = volume.getSpec().getPersistentVolumeReclaimPolicy();
        switch (policy == null ? "Retain" : policy) {
            case "Retain" -> { }
            case "Delete" -> {
                if (!StorageNames.hasAnnotation(volume, StorageNames.PROVISIONED_BY)) {
                    fail("VolumeFailedDelete", "error getting deleter volume plugin for volume \"" + volume.getMetadata().getName()
                            + "\": no deletable volume plugin matched");
                }
            }
            case "Recycle" -> fail("VolumeFailedRecycle", "No recycler plugin found for the volume!");
            default -> fail("VolumeUnknownReclaimPolicy", "Volume has an unrecognized PersistentVolumeReclaimPolicy");
        }
    }

    private void fail(String reason, String message) {
        if (!Volumes.phase(volume).equals("Failed")) {
            Binding.addPhase(draft, volume, "Failed", message, now);
            draft.add(Write.warning(volume, reason, message));
        }
    }
}
