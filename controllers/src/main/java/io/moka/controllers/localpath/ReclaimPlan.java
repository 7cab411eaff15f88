package io.moka.controllers.localpath;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.storage.LocalPath;
import io.moka.machinery.storage.Volumes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Plans the deletion of a released volume's object, and the removal of its content finalizer when its node is gone.
final class ReclaimPlan {

    private ReclaimPlan() {
    }

    /// @param nodeExists whether the node exists that stores the content
    /// @param heir another node, which takes over a volume that all nodes share; null if there is none
    static Plan of(PersistentVolume volume, boolean nodeExists, @Nullable String heir) {
        if (!LocalPath.isOurs(volume)) {
            return Plan.NOTHING;
        }
        if (!nodeExists && LocalPath.isShared(volume)) {
            return heir == null ? Plan.NOTHING : new Plan(List.of(new Write.Patch(volume, "", PatchType.MERGE, Map.of("metadata", Map.of("labels",
                    Map.of(LocalPath.NODE, LocalPath.nodeLabel(heir)), "resourceVersion", String.valueOf(volume.getMetadata().getResourceVersion()))))), null);
        }
        boolean deleting = volume.getMetadata().getDeletionTimestamp() != null;
        if (!deleting) {
            boolean over = Volumes.phase(volume).equals("Released") && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy());
            return over ? new Plan(List.of(new Write.Delete(volume)), null) : Plan.NOTHING;
        }
        var finalizers = volume.getMetadata().getFinalizers();
        if (nodeExists || !finalizers.contains(LocalPath.CONTENT)) {
            return Plan.NOTHING;
        }
        var rest = finalizers.stream().filter(finalizer -> !finalizer.equals(LocalPath.CONTENT)).toList();
        return new Plan(List.of(Write.warning(volume, "ContentAbandoned", "the volume's node does not exist any more, and with it its content"),
                new Write.Patch(volume, "", PatchType.MERGE, Map.of("metadata", Map.of("finalizers", rest,
                        "resourceVersion", String.valueOf(volume.getMetadata().getResourceVersion()))))), null);
    }
}
