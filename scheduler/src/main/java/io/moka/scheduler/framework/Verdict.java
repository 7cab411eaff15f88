package io.moka.scheduler.framework;

import java.util.List;

/// Whether a pod fits a node.
public sealed interface Verdict {

    record Fits() implements Verdict {
    }

    /// @param reasons as the user reads them after a number of nodes: `Insufficient cpu`
    record DoesNotFit(List<String> reasons) implements Verdict {
    }

    Verdict FITS = new Fits();

    static Verdict doesNotFit(String reason) {
        return new DoesNotFit(List.of(reason));
    }
}
