package io.moka.kubectl;

/// The command's words do not make sense; the message says what would.
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
