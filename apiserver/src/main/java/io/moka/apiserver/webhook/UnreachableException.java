package io.moka.apiserver.webhook;

/// Something that extends the server could not be asked, or did not answer properly; the message says why.
public final class UnreachableException extends RuntimeException {
    public UnreachableException(String message) {
        super(message);
    }

    public UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
