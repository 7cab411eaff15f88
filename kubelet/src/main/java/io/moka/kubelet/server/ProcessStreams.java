package io.moka.kubelet.server;

import io.fabric8.kubernetes.api.model.Status;
import io.moka.kubelet.runtime.OutputSink;

/// The streams of a process at the client's end, whatever carries them. Used by one virtual thread; writes wait until the client takes them.
interface ProcessStreams extends OutputSink {

    BytePipe stdin();

    /// The process runs.
    default void established() {
    }

    /// Says how it ended, and closes the connection.
    void finish(Status status);
}
