package io.moka.apiserver.core.storage;

/// Thrown when a stored value cannot be read: it cannot be decrypted, or is not JSON. The message names the key.
public final class UnreadableObjectException extends RuntimeException {
    public UnreadableObjectException(String message) {
        super(message, null, false, false);
    }
}
