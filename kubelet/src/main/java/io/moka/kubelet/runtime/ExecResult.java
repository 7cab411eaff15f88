package io.moka.kubelet.runtime;

/// How a command ended, and what it wrote to both of its outputs.
public record ExecResult(int exitCode, String output) {
}
