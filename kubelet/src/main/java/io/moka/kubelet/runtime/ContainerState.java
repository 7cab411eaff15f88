package io.moka.kubelet.runtime;

import java.time.Instant;

/// The state of a container: created, running or exited.
public sealed interface ContainerState {

    record Created() implements ContainerState {
    }

    /// @param pid of its main process, as the node sees it
    record Running(Instant startedAt, int pid) implements ContainerState {
    }

    /// @param error the reason why the engine could not start the container, or empty
    record Exited(Instant startedAt, Instant finishedAt, int exitCode, boolean oomKilled, String error) implements ContainerState {
    }
}
