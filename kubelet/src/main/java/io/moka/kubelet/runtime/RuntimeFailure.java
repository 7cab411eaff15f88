package io.moka.kubelet.runtime;

/// Thrown when the engine refused a call or could not be reached; the message is the engine's own.
public final class RuntimeFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    public RuntimeFailure(String message, Throwable cause) {
        super(message, cause);
    }

    public RuntimeFailure(String message) {
        super(message);
    }
}
