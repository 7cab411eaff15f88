package io.moka.kubelet.event;

import io.fabric8.kubernetes.api.model.Pod;
import org.jspecify.annotations.Nullable;

/// Tells what happened to a pod, or to one of its containers.
public interface PodEvents {

    /// @param container whose event it is, or null for the pod's own
    void record(Pod pod, @Nullable String container, boolean warning, String reason, String message);

    default void normal(Pod pod, @Nullable String container, String reason, String message) {
        record(pod, container, false, reason, message);
    }

    default void warning(Pod pod, @Nullable String container, String reason, String message) {
        record(pod, container, true, reason, message);
    }
}
