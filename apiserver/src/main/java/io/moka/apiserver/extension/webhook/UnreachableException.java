package io.moka.apiserver.extension.webhook;

/// Thrown when a service that extends the server could not be called, or gave an invalid answer; the message says why.
public final class UnreachableException extends RuntimeException {

    /// The cause, by the names of the reasons in an APIService's condition Available.
    public enum Reason {
        SERVICE_NOT_FOUND("ServiceNotFound"), SERVICE_PORT("ServicePortError"), NO_ENDPOINTS("MissingEndpoints"), NO_ANSWER("FailedDiscoveryCheck");

        private final String condition;

        Reason(String condition) {
            this.condition = condition;
        }

        public String condition() {
            return condition;
        }
    }

    private final Reason reason;

    /// Creates the exception for a missing or invalid answer.
    public UnreachableException(String message) {
        this(Reason.NO_ANSWER, message);
    }

    public UnreachableException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// Creates the exception for a missing or invalid answer.
    public UnreachableException(String message, Throwable cause) {
        super(message, cause);
        this.reason = Reason.NO_ANSWER;
    }

    public Reason reason() {
        return reason;
    }
}
