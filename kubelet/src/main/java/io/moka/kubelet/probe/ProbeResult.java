package io.moka.kubelet.probe;

/// What a probe found once.
public sealed interface ProbeResult {

    record Success() implements ProbeResult {
    }

    record Failure(String message) implements ProbeResult {
    }
}
