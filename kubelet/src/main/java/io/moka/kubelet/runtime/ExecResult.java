package io.moka.kubelet.runtime;

/// The exit status of a command, and its output on both streams.
public record ExecResult(int exitCode, String output) {
}
