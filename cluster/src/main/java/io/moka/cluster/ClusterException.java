package io.moka.cluster;

/// Thrown for a problem that the user can solve; the message is one line that says how.
final class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ClusterException(String message) {
        super(message);
    }
}
