package io.moka.kubelet.runtime;

/// What a list of containers tells.
public record ContainerSummary(String id, PodIdentity pod, boolean running) {
}
