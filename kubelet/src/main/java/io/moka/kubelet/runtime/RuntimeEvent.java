package io.moka.kubelet.runtime;

/// An event of the engine about a container.
public sealed interface RuntimeEvent {

    /// The container ended or was removed; the receiver has to inspect it.
    record Changed(String podUid, String containerId) implements RuntimeEvent {
    }

    /// Events may have been missed; the receiver has to check all containers.
    record Lost() implements RuntimeEvent {
    }
}
