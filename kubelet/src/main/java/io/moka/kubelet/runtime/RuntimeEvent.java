package io.moka.kubelet.runtime;

/// Something happened to a container.
public sealed interface RuntimeEvent {

    /// The container ended or was removed: inspect it.
    record Changed(String podUid, String containerId) implements RuntimeEvent {
    }

    /// Events may have been missed: look at everything.
    record Lost() implements RuntimeEvent {
    }
}
