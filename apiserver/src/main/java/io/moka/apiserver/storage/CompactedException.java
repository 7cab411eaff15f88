package io.moka.apiserver.storage;

/// The revision asked for is no longer kept.
public final class CompactedException extends RuntimeException {
    public CompactedException(String message) {
        super(message);
    }
}
