package io.moka.machinery.storage;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.machinery.meta.LabelSelector;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Chooses the volume for a claim.
///
/// Of several suitable volumes, the one with the fewest access modes beyond the requested ones is chosen, then the smallest, then the first by name; a volume
/// that names the claim is preferred to all others. Follows upstream's `FindMatchingVolume`.
public final class VolumeMatch {

    private static final Comparator<PersistentVolume> BEST_FIRST = Comparator
            .comparingInt((PersistentVolume volume) -> volume.getSpec().getAccessModes().size())
            .thenComparingLong(Volumes::capacityBytes).thenComparing(volume -> volume.getMetadata().getName());

    private VolumeMatch() {
    }

    /// @param delayed whether the claim waits for a pod: without a node it then only gets a volume that names it
    /// @param excluded names of volumes that are assigned to other claims
    public static @Nullable PersistentVolume best(PersistentVolumeClaim claim, Collection<PersistentVolume> volumes, @Nullable Node node, Set<String> excluded,
            boolean delayed) {
        var selector = claim.getSpec().getSelector() == null ? LabelSelector.everything() : LabelSelector.of(claim.getSpec().getSelector());
        PersistentVolume best = null;
        for (var volume : volumes) {
            if (excluded.contains(volume.getMetadata().getName()) || volume.getMetadata().getDeletionTimestamp() != null || !isLargeAndAccessible(volume, claim)) {
                continue;
            }
            boolean reached = node == null || NodeTerms.reaches(volume, node);
            if (Volumes.isFor(volume, claim)) {
                if (!reached) {
                    return null;
                }
                return volume;
            }
            boolean free = volume.getSpec().getClaimRef() == null && Volumes.phase(volume).equals("Available");
            boolean suits = free && reached && !(node == null && delayed) && selector.matches(volume.getMetadata().getLabels())
                    && Volumes.className(volume).equals(Claims.className(claim));
            if (suits && (best == null || BEST_FIRST.compare(volume, best) < 0)) {
                best = volume;
            }
        }
        return best;
    }

    private static boolean isLargeAndAccessible(PersistentVolume volume, PersistentVolumeClaim claim) {
        return Volumes.capacityBytes(volume) >= Claims.requestedBytes(claim) && sameMode(volume, claim) && hasModes(volume, claim);
    }

    private static boolean sameMode(PersistentVolume volume, PersistentVolumeClaim claim) {
        return Claims.isBlock(volume.getSpec().getVolumeMode()) == Claims.isBlock(claim.getSpec().getVolumeMode());
    }

    private static boolean hasModes(PersistentVolume volume, PersistentVolumeClaim claim) {
        return new HashSet<>(volume.getSpec().getAccessModes()).containsAll(claim.getSpec().getAccessModes());
    }

    /// Returns the reason why a volume that the claim names cannot be bound to it, in upstream's words; null if it can.
    public static @Nullable String mismatch(PersistentVolume volume, PersistentVolumeClaim claim) {
        if (volume.getMetadata().getDeletionTimestamp() != null) {
            return "requested PV is being deleted";
        }
        if (Volumes.capacityBytes(volume) < Claims.requestedBytes(claim)) {
            return "requested PV is too small";
        }
        if (!Volumes.className(volume).equals(Claims.className(claim))) {
            return "storageClassName does not match";
        }
        if (!sameMode(volume, claim)) {
            return "incompatible volumeMode";
        }
        return hasModes(volume, claim) ? null : "incompatible accessMode";
    }
}
