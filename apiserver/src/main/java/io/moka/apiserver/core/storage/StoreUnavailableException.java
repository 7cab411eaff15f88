package io.moka.apiserver.core.storage;

/// Thrown when the store does not answer, or cannot do what was asked.
public final class StoreUnavailableException extends RuntimeException {

    /// The reason for the failure.
    public enum Reason {
        /// The store did not answer in time; a write may have happened.
        TIMED_OUT,
        /// The request exceeds the store's size limit; retrying does not help.
        TOO_LARGE,
        /// The lease for a key has expired; nothing was written.
        LEASE_GONE,
        /// The store is down, has no leader or no space; the request may be retried.
        UNAVAILABLE
    }

    private final Reason reason;

    public StoreUnavailableException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public StoreUnavailableException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
