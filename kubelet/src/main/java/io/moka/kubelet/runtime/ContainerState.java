package io.moka.kubelet.runtime;

import java.time.Instant;

/// Where a container is in its life.
public sealed interface ContainerState {

    record Created() implements ContainerState {
    }

    /// @param pid of its main process, as the node sees it
    record Running(Instant startedAt, int pid) implements ContainerState {
    }

    /// @param error what kept the engine from starting it, or empty
    record Exited(Instant startedAt, Instant finishedAt, int exitCode, boolean oomKilled, String error) implements ContainerState {
    }
}
