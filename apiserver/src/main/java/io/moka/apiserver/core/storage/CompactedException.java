package io.moka.apiserver.core.storage;

/// Thrown when a requested revision is no longer available.
public final class CompactedException extends RuntimeException {
    public CompactedException(String message) {
        super(message);
    }
}
