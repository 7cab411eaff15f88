package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Records the reported statuses by the pod's uid.
final class RecordingReports implements PodReports {

    private final Map<String, List<PodStatus>> statuses = new ConcurrentHashMap<>();
    private final Map<String, PodStatus> finished = new ConcurrentHashMap<>();

    @Override
    public void report(Pod pod, PodStatus status) {
        statuses.computeIfAbsent(pod.getMetadata().getUid(), uid -> new CopyOnWriteArrayList<>()).add(status);
    }

    /// In these tests a pod that has a status at all never has an outdated one.
    @Override
    public boolean isAheadOf(Pod shown) {
        return shown.getStatus() == null || shown.getStatus().getPhase() == null;
    }

    @Override
    public void finish(Pod pod, PodStatus last) {
        finished.put(pod.getMetadata().getUid(), last);
    }

    PodStatus last(Pod pod) {
        var all = all(pod);
        return all.isEmpty() ? new PodStatus() : all.getLast();
    }

    List<PodStatus> all(Pod pod) {
        return statuses.getOrDefault(pod.getMetadata().getUid(), List.of());
    }

    boolean isFinished(Pod pod) {
        return finished.containsKey(pod.getMetadata().getUid());
    }

    PodStatus lastWord(Pod pod) {
        return finished.get(pod.getMetadata().getUid());
    }

    String phase(Pod pod) {
        return String.valueOf(last(pod).getPhase());
    }

    String condition(Pod pod, String type) {
        return last(pod).getConditions().stream().filter(c -> c.getType().equals(type)).map(c -> c.getStatus()).findFirst().orElse("absent");
    }

    ContainerStatus container(Pod pod) {
        var statuses = last(pod).getContainerStatuses();
        return statuses.isEmpty() ? new ContainerStatus() : statuses.getFirst();
    }

    String waitingReason(Pod pod) {
        var state = container(pod).getState();
        return state == null || state.getWaiting() == null ? "none" : state.getWaiting().getReason();
    }
}
