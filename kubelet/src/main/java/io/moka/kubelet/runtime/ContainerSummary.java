package io.moka.kubelet.runtime;

/// One entry in a list of containers.
public record ContainerSummary(String id, PodIdentity pod, boolean running) {
}
