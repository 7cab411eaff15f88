package io.moka.kubelet.pod;

/// Why a container does not run yet, as its status says it.
record Waiting(String reason, String message) {
}
