package io.moka.cluster;

/// Something that the user can mend; the message is one line that says how.
final class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ClusterException(String message) {
        super(message);
    }
}
