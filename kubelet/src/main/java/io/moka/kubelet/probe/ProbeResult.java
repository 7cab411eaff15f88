package io.moka.kubelet.probe;

/// The result of one run of a probe.
public sealed interface ProbeResult {

    record Success() implements ProbeResult {
    }

    /// Counts as a success, but its message is reported.
    record Warning(String message) implements ProbeResult {
    }

    record Failure(String message) implements ProbeResult {
    }
}
