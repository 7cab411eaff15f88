package io.moka.machinery.client;

import com.fasterxml.jackson.core.JacksonException;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import java.io.IOException;

/// The server answered with an error. Carries the Status object as it was sent.
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Status status;

    public ApiException(Status status) {
        super(status.getMessage());
        this.status = status;
    }

    static ApiException of(int code, byte[] body) {
        try {
            var status = Json.mapper().readValue(body, Status.class);
            if ("Status".equals(status.getKind())) {
                return new ApiException(status);
            }
        } catch (JacksonException e) {
            // Not a Status: something between us and the server answered; its words are the message.
            return ofText(code, new String(body, java.nio.charset.StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return ofText(code, "the server answered " + code);
    }

    private static ApiException ofText(int code, String text) {
        return new ApiException(new StatusBuilder().withCode(code).withReason("Unknown").withMessage(text).build());
    }

    public Status status() {
        return status;
    }

    public int code() {
        return status.getCode() == null ? 500 : status.getCode();
    }

    public String reason() {
        return status.getReason() == null ? "" : status.getReason();
    }

    public boolean isNotFound() {
        return code() == 404;
    }

    /// Somebody else changed the object first: read it again and decide anew.
    public boolean isConflict() {
        return code() == 409 && !isAlreadyExists();
    }

    public boolean isAlreadyExists() {
        return reason().equals("AlreadyExists");
    }

    /// The revision asked for has left the server's history: list again.
    public boolean isGone() {
        return code() == 410;
    }

    public boolean isForbidden() {
        return code() == 403;
    }

    /// The server asks for patience (too many requests, a time-out, not ready): the same call may succeed later.
    public boolean isRetriable() {
        return code() == 429 || code() == 503 || code() == 504;
    }
}
