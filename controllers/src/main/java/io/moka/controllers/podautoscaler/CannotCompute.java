package io.moka.controllers.podautoscaler;

/// Thrown when no number of replicas can be computed from a metric.
final class CannotCompute extends Exception {

    private static final long serialVersionUID = 1;

    CannotCompute(String message) {
        super(message);
    }
}
