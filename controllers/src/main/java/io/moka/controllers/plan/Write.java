package io.moka.controllers.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.events.EventRecorder;
import java.util.Map;

/// One write of a plan.
public sealed interface Write {

    /// Creates the object. A pod is created through its owner's [pod control][io.moka.controllers.podowner.PodControl].
    record Create(HasMetadata object) implements Write {
    }

    /// Deletes the object if it still has this uid.
    record Delete(HasMetadata object) implements Write {
    }

    /// Deletes a pod without any grace if it still has this uid: no kubelet is waited for.
    record ForceDelete(Pod pod) implements Write {
    }

    /// Replaces the object if it still has this resourceVersion.
    record Update(HasMetadata object) implements Write {
    }

    /// Replaces the object's status if it still has this resourceVersion.
    record UpdateStatus(HasMetadata object) implements Write {
    }

    /// Patches the object if it still has this uid.
    ///
    /// @param subresource empty for the object itself
    record Patch(HasMetadata object, String subresource, PatchType type, Map<String, ?> body) implements Write {
    }

    /// Records an event about the object.
    record Event(HasMetadata about, EventRecorder.Type type, String reason, String message) implements Write {
    }

    static Write normal(HasMetadata about, String reason, String message) {
        return new Event(about, EventRecorder.Type.Normal, reason, message);
    }

    static Write warning(HasMetadata about, String reason, String message) {
        return new Event(about, EventRecorder.Type.Warning, reason, message);
    }
}
