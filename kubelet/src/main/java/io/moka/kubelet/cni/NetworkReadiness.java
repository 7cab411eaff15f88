package io.moka.kubelet.cni;

/// The answer whether the plugins can attach pods to the network now.
public sealed interface NetworkReadiness {

    record Ready() implements NetworkReadiness {
    }

    /// @param message the message for the node's Ready condition
    record NotReady(String message) implements NetworkReadiness {
    }
}
