package io.moka.kubelet.probe;

/// What a probe found once.
public sealed interface ProbeResult {

    record Success() implements ProbeResult {
    }

    /// As good as a success, but worth a word.
    record Warning(String message) implements ProbeResult {
    }

    record Failure(String message) implements ProbeResult {
    }
}
