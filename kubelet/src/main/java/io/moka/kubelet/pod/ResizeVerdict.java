package io.moka.kubelet.pod;

/// What becomes of a pod's wish for other resources.
sealed interface ResizeVerdict {

    ResizeVerdict FITS = new Fits();

    /// The containers get what they want.
    record Fits() implements ResizeVerdict {
    }

    /// Everything stays as it is.
    ///
    /// @param reason `Deferred` where there may be room later, `Infeasible` where never
    record Pending(String reason, String message) implements ResizeVerdict {
    }

    /// There is room, but the engine has refused.
    record Failed(String message) implements ResizeVerdict {
    }
}
