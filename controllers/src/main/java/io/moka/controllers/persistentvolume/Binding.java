package io.moka.controllers.persistentvolume;

import com.fasterxml.jackson.databind.node.NullNode;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.meta.Times;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.StorageNames;
import io.moka.machinery.storage.Volumes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Adds the writes of a binding to a plan, except those that are done already.
final class Binding {

    private Binding() {
    }

    static void add(Plan.Draft draft, PersistentVolume volume, PersistentVolumeClaim claim, Instant now) {
        var named = Volumes.boundTo(volume, claim);
        if (named != volume) {
            draft.add(new Write.Update(named));
        }
        addPhase(draft, volume, "Bound", null, now);
        var naming = naming(claim, volume);
        if (naming != claim) {
            draft.add(new Write.Update(naming));
        }
        addStatus(draft, claim, volume);
    }

    private static PersistentVolumeClaim naming(PersistentVolumeClaim claim, PersistentVolume volume) {
        if (Claims.isBound(claim)) {
            return claim;
        }
        var copy = new PersistentVolumeClaimBuilder(claim).editMetadata().addToAnnotations(StorageNames.BIND_COMPLETED, "yes").endMetadata();
        if (Claims.volumeName(claim).isEmpty()) {
            copy.editMetadata().addToAnnotations(StorageNames.BOUND_BY_CONTROLLER, "yes").endMetadata()
                    .editSpec().withVolumeName(volume.getMetadata().getName()).endSpec();
        }
        return copy.build();
    }

    /// Adds the write of the claim's status. The capacity is written when the claim becomes bound; when the volume grows later, the node writes it after it has
    /// grown the file system.
    private static void addStatus(Plan.Draft draft, PersistentVolumeClaim claim, PersistentVolume volume) {
        if (!Claims.phase(claim).equals("Bound")) {
            var status = new LinkedHashMap<String, Object>();
            status.put("phase", "Bound");
            status.put("accessModes", volume.getSpec().getAccessModes());
            status.put("capacity", volume.getSpec().getCapacity() == null ? Map.of() : volume.getSpec().getCapacity());
            draft.add(new Write.Patch(claim, "status", PatchType.MERGE, Map.of("status", status)));
        }
    }

    static void addClaimPhase(Plan.Draft draft, PersistentVolumeClaim claim, String phase) {
        if (claim.getStatus() == null || !phase.equals(claim.getStatus().getPhase())) {
            var status = new LinkedHashMap<String, Object>();
            status.put("phase", phase);
            if (!phase.equals("Bound")) {
                status.put("accessModes", NullNode.getInstance());
                status.put("capacity", NullNode.getInstance());
            }
            draft.add(new Write.Patch(claim, "status", PatchType.MERGE, Map.of("status", status)));
        }
    }

    /// @param message why; null where the phase speaks for itself
    static void addPhase(Plan.Draft draft, PersistentVolume volume, String phase, @Nullable String message, Instant now) {
        if (!phase.equals(Volumes.phase(volume))) {
            var status = new LinkedHashMap<String, Object>();
            status.put("phase", phase);
            status.put("message", message == null ? NullNode.getInstance() : message);
            status.put("lastPhaseTransitionTime", Times.format(now));
            draft.add(new Write.Patch(volume, "status", PatchType.MERGE, Map.of("status", status)));
        }
    }
}
