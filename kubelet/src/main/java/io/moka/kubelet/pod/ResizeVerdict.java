package io.moka.kubelet.pod;

/// The result of a pod's request for other resources.
public sealed interface ResizeVerdict {

    ResizeVerdict FITS = new Fits();

    /// The node has room: the containers get the requested resources.
    record Fits() implements ResizeVerdict {
    }

    /// The resources stay as they are for now.
    ///
    /// @param reason `Deferred` if there may be room later, `Infeasible` if never
    record Pending(String reason, String message) implements ResizeVerdict {
    }

    /// There is room, but the engine has refused.
    record Failed(String message) implements ResizeVerdict {
    }
}
