package io.moka.controllers.replicaset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The status that ReplicaSets and ReplicationControllers share.
///
/// @param terminating pods that are being deleted; null for a ReplicationController, whose status does not have it
public record ReplicaCounts(int replicas, int fullyLabeled, int ready, int available, @Nullable Integer terminating, @Nullable Long observedGeneration,
        List<Condition> conditions) {

    /// A condition as both kinds have it.
    public record Condition(String type, String status, @Nullable String reason, @Nullable String message, @Nullable String lastTransitionTime) {
    }
}
