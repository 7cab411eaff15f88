package io.moka.controllers.garbagecollector;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.moka.machinery.client.ResourceType;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;

/// The garbage collector's record of one object: owners, finalizers and whether it is being deleted.
///
/// @param deleting whether its deletion has begun
record GraphNode(String uid, ResourceType<GenericKubernetesResource> type, ObjectKey key, List<OwnerReference> owners, List<String> finalizers, boolean deleting) {

    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";

    static GraphNode of(ResourceType<GenericKubernetesResource> type, HasMetadata object) {
        var metadata = object.getMetadata();
        return new GraphNode(metadata.getUid(), type, ObjectKey.of(object), List.copyOf(metadata.getOwnerReferences()),
                metadata.getFinalizers() == null ? List.of() : List.copyOf(metadata.getFinalizers()), metadata.getDeletionTimestamp() != null);
    }

    boolean waitsForDependents() {
        return deleting && finalizers.contains(FOREGROUND);
    }

    boolean orphansDependents() {
        return deleting && finalizers.contains(ORPHAN);
    }

    /// Returns the propagation policy for this object's own dependents, as its finalizers ask for it.
    String policy() {
        return finalizers.contains(ORPHAN) ? "Orphan" : finalizers.contains(FOREGROUND) ? "Foreground" : "Background";
    }

    List<String> finalizersWithout(String finalizer) {
        return finalizers.stream().filter(name -> !name.equals(finalizer)).toList();
    }

    List<String> withoutForeground() {
        return finalizersWithout(FOREGROUND);
    }

    List<String> withoutOrphan() {
        return finalizersWithout(ORPHAN);
    }

    /// Whether this object's deletion must come before its owner's.
    boolean blocks(String ownerUid) {
        return owners.stream().anyMatch(owner -> owner.getUid().equals(ownerUid) && Boolean.TRUE.equals(owner.getBlockOwnerDeletion()));
    }
}
