package io.moka.kubelet.cni;

/// Thrown when a plugin failed or could not be run; the message is the plugin's.
public final class CniException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CniException(String message) {
        super(message);
    }

    CniException(String message, Throwable cause) {
        super(message, cause);
    }
}
