package io.moka.machinery.client;

import com.fasterxml.jackson.core.JacksonException;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.StatusDetailsBuilder;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Thrown when the server answered with an error. Carries the Status object as it was sent.
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Status status;

    public ApiException(Status status) {
        super(status.getMessage());
        this.status = status;
    }

    /// An answer whose header names a pause carries it in its Status, too.
    static ApiException of(int code, HttpHeaders headers, byte[] body) {
        var failure = of(code, body);
        if (failure.retryAfter() == null) {
            var pause = headers.firstValue("Retry-After").filter(text -> text.matches("\\d{1,6}")).map(Integer::valueOf);
            pause.ifPresent(seconds -> failure.status.setDetails((failure.status.getDetails() == null ? new StatusDetailsBuilder()
                    : new StatusDetailsBuilder(failure.status.getDetails())).withRetryAfterSeconds(seconds).build()));
        }
        return failure;
    }

    static ApiException of(int code, byte[] body) {
        try {
            var status = Json.mapper().readValue(body, Status.class);
            if ("Status".equals(status.getKind())) {
                return new ApiException(status);
            }
        } catch (JacksonException e) {
            // the body is not a Status, so a program between this client and the server has answered; the body is the message
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

    /// Returns how long the server asks the client to wait before the next attempt; null if it does not say.
    public @Nullable Duration retryAfter() {
        var details = status.getDetails();
        return details == null || details.getRetryAfterSeconds() == null || details.getRetryAfterSeconds() <= 0
                ? null : Duration.ofSeconds(details.getRetryAfterSeconds());
    }

    /// The revision asked for lies ahead of the server's own, as after its store was restored from a backup.
    public boolean isTooNew() {
        return hasCause("ResourceVersionTooLarge");
    }

    /// The object's namespace is being deleted and takes no new objects.
    public boolean isNamespaceTerminating() {
        return hasCause("NamespaceTerminating");
    }

    private boolean hasCause(String reason) {
        var details = status.getDetails();
        return details != null && details.getCauses().stream().anyMatch(cause -> reason.equals(cause.getReason()));
    }

    public boolean isNotFound() {
        return code() == 404;
    }

    /// Whether another client changed the object first; the caller should read it again and decide anew.
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
