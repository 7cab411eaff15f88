package io.moka.kubelet.event;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.events.EventRecorder;
import org.jspecify.annotations.Nullable;

/// Records events about pods as Event objects of the API.
public final class ApiPodEvents implements PodEvents {

    private final EventRecorder recorder;

    public ApiPodEvents(EventRecorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public void record(Pod pod, @Nullable String container, boolean warning, String reason, String message) {
        var type = warning ? EventRecorder.Type.Warning : EventRecorder.Type.Normal;
        recorder.record(pod, container == null ? null : fieldPath(pod, container), type, reason, message);
    }

    private static String fieldPath(Pod pod, String container) {
        boolean init = pod.getSpec().getInitContainers().stream().anyMatch(c -> c.getName().equals(container));
        return (init ? "spec.initContainers{" : "spec.containers{") + container + "}";
    }
}
