package io.moka.kubelet.pod;

/// The reason and message in a container's status that say why it does not run yet.
public record Waiting(String reason, String message) {
}
