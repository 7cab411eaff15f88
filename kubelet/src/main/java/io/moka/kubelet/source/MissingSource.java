package io.moka.kubelet.source;

/// Thrown when an object or key that a pod refers to does not exist; a later attempt may succeed.
public final class MissingSource extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MissingSource(String message) {
        super(message);
    }
}
