package io.moka.apiserver.storage;

/// What is stored is there, but cannot be read: it cannot be decrypted, or is no JSON. The message names the key.
public final class UnreadableObjectException extends RuntimeException {
    public UnreadableObjectException(String message) {
        super(message, null, false, false);
    }
}
