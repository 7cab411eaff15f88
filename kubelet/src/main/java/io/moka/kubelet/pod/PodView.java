package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.cni.Attachment;
import io.moka.kubelet.runtime.ContainerRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A snapshot of a pod with its containers, sandboxes and network attachments.
///
/// @param containers all of the pod's containers, without its sandboxes
/// @param attachments the network attachments of its sandboxes, by the sandboxes' ids
/// @param facts the kubelet's own facts about each container instance, by the instance's id
public record PodView(Pod pod, List<ContainerRecord> containers, List<ContainerRecord> sandboxes, Map<String, Attachment> attachments,
        Map<String, InstanceFacts> facts, String hostIp) {

    private static final Comparator<ContainerRecord> BY_ATTEMPT = Comparator.comparingInt(ContainerRecord::attempt);

    /// Returns the working sandbox: it runs and has its network. Null if one has to be made.
    public @Nullable ContainerRecord sandbox() {
        return sandboxes.stream().filter(this::works).max(BY_ATTEMPT).orElse(null);
    }

    boolean works(ContainerRecord sandbox) {
        var attachment = attachments.get(sandbox.id());
        return sandbox.isRunning() && (onHostNetwork() || attachment != null && attachment.result() != null);
    }

    int nextSandboxAttempt() {
        return sandboxes.stream().mapToInt(ContainerRecord::attempt).max().orElse(-1) + 1;
    }

    /// Returns the newest instance of a container; null if there is none.
    public @Nullable ContainerRecord latest(String name) {
        return containers.stream().filter(record -> record.name().equals(name)).max(BY_ATTEMPT).orElse(null);
    }

    /// Returns the instance before the newest; null if it no longer exists.
    public @Nullable ContainerRecord previous(String name) {
        return containers.stream().filter(record -> record.name().equals(name)).sorted(BY_ATTEMPT.reversed()).skip(1).findFirst().orElse(null);
    }

    /// Returns the API's status of a container that ran but that the engine has lost, as after the node was cleaned up; else null.
    @Nullable ContainerStatus lost(String name) {
        if (pod.getStatus() == null || latest(name) != null) {
            return null;
        }
        return Stream.concat(pod.getStatus().getContainerStatuses().stream(), pod.getStatus().getInitContainerStatuses().stream())
                .filter(status -> status.getName().equals(name) && status.getContainerID() != null && !status.getContainerID().isEmpty())
                .findFirst().orElse(null);
    }

    InstanceFacts facts(ContainerRecord record) {
        return facts.getOrDefault(record.id(), InstanceFacts.NONE);
    }

    boolean onHostNetwork() {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    }

    /// Returns the pod's addresses, IPv4 first; none before it has a sandbox.
    public List<String> podIps() {
        var sandbox = sandbox();
        if (sandbox == null) {
            return List.of();
        }
        return onHostNetwork() ? List.of(hostIp) : attachments.get(sandbox.id()).addresses();
    }

    boolean anyRunning() {
        return containers.stream().anyMatch(ContainerRecord::isRunning);
    }

    /// Returns the containers to end next when the whole pod ends: first all but the sidecars, then the sidecars one by one from last to first.
    List<ContainerRecord> nextToEnd() {
        var running = containers.stream().filter(ContainerRecord::isRunning).toList();
        var others = running.stream().filter(record -> !endsLast(record)).toList();
        if (!others.isEmpty()) {
            return others;
        }
        return pod.getSpec().getInitContainers().reversed().stream()
                .flatMap(init -> running.stream().filter(record -> record.name().equals(init.getName()))).limit(1).toList();
    }

    boolean endsLast(ContainerRecord record) {
        return pod.getSpec().getInitContainers().stream().anyMatch(init -> isSidecar(init) && init.getName().equals(record.name()));
    }

    static boolean isSidecar(Container init) {
        return "Always".equals(init.getRestartPolicy());
    }
}
