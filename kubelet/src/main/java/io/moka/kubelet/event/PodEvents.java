package io.moka.kubelet.event;

import io.fabric8.kubernetes.api.model.Pod;
import org.jspecify.annotations.Nullable;

/// Records events about a pod or about one of its containers.
public interface PodEvents {

    /// @param container the container that the event is about, or null for the pod itself
    void record(Pod pod, @Nullable String container, boolean warning, String reason, String message);

    default void normal(Pod pod, @Nullable String container, String reason, String message) {
        record(pod, container, false, reason, message);
    }

    default void warning(Pod pod, @Nullable String container, String reason, String message) {
        record(pod, container, true, reason, message);
    }
}
