package io.moka.controllers.localpath;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.meta.Times;
import io.moka.machinery.storage.Claims;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.Volumes;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Raises the capacity of a volume whose claim asks for more; the node then grows the file system. Volumes never shrink. The claim's status is written first,
/// since the node removes that entry again when it has grown the file system.
final class GrowthPlan {

    private GrowthPlan() {
    }

    static Plan of(PersistentVolumeClaim claim, PersistentVolume volume, Instant now) {
        if (!LocalPath.isOurs(volume) || !Claims.isBound(claim) || !Volumes.isBoundTo(volume, claim) || Claims.isDeleting(claim)) {
            return Plan.NOTHING;
        }
        var wanted = Claims.request(claim);
        var draft = new Plan.Draft();
        if (LocalPath.isShared(volume)) {
            addNewSize(draft, claim, volume);
            return draft.plan();
        }
        boolean nodeIsBehind = wanted != null && Claims.requestedBytes(claim) > Claims.capacityBytes(claim);
        if (nodeIsBehind && !isPending(claim)) {
            draft.add(new Write.Patch(claim, "status", PatchType.STRATEGIC, Map.of("status", Map.of(
                    "allocatedResources", Map.of("storage", wanted), "allocatedResourceStatuses", Map.of("storage", "NodeResizePending"),
                    "conditions", List.of(Map.of("type", "FileSystemResizePending", "status", "True", "lastTransitionTime", Times.format(now),
                            "message", "Waiting for user to (re-)start a pod to finish file system resize of volume on node."))))));
        }
        if (wanted != null && Claims.requestedBytes(claim) > Volumes.capacityBytes(volume)) {
            draft.add(Write.normal(claim, "Resizing", "growing volume " + volume.getMetadata().getName() + " to " + wanted));
            draft.add(new Write.Patch(volume, "", PatchType.MERGE, Map.of("spec", Map.of("capacity", Map.of("storage", wanted)))));
        }
        return draft.plan();
    }

    /// Where the shared file system can, the node limits the folder to the new size; elsewhere the size is a number alone.
    private static void addNewSize(Plan.Draft draft, PersistentVolumeClaim claim, PersistentVolume volume) {
        var size = Claims.request(claim);
        if (size != null && Claims.requestedBytes(claim) > Volumes.capacityBytes(volume)) {
            draft.add(new Write.Patch(volume, "", PatchType.MERGE, Map.of("spec", Map.of("capacity", Map.of("storage", size)))));
        }
        if (size != null && Claims.requestedBytes(claim) > Claims.capacityBytes(claim)) {
            draft.add(new Write.Patch(claim, "status", PatchType.MERGE, Map.of("status", Map.of("capacity", Map.of("storage", size)))));
        }
    }

    private static boolean isPending(PersistentVolumeClaim claim) {
        return claim.getStatus().getConditions().stream().anyMatch(condition -> condition.getType().equals("FileSystemResizePending"));
    }
}
