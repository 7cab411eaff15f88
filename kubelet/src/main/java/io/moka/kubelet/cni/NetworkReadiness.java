package io.moka.kubelet.cni;

/// Whether pods can be given a network now.
public sealed interface NetworkReadiness {

    record Ready() implements NetworkReadiness {
    }

    /// @param message as the node's Ready condition says it
    record NotReady(String message) implements NetworkReadiness {
    }
}
