package io.moka.apiserver.core.status;

import java.util.List;

/// Thrown when a request cannot be fulfilled, with the [Status] for the answer. Nothing has been changed when it is thrown.
/// Has no stack trace, since it is an answer, not a fault.
public final class ApiException extends RuntimeException {
    /// The `Retry-After` of every 503 and 504 of this server, in seconds.
    private static final int RETRY_SECONDS = 1;

    private final transient Status status;

    public ApiException(Status status) {
        super(status.message(), null, false, false);
        this.status = status;
    }

    public Status status() {
        return status;
    }

    public int code() {
        return status.code();
    }

    public String reason() {
        return status.reason();
    }

    /// Whether the same request may succeed a little later: 429 and all of the server's own failures.
    public boolean transientFailure() {
        return code() == 429 || code() >= 500;
    }

    private static ApiException plain(int code, String reason, String message) {
        return new ApiException(new Status(code, reason, message, null));
    }

    private static ApiException about(int code, String reason, String message, String group, String plural, String name) {
        return new ApiException(new Status(code, reason, message, Status.Details.of(group, plural, name)));
    }

    /// Returns the resource's name with its group: `pods`, `deployments.apps`.
    private static String qualified(String group, String plural) {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public static ApiException badRequest(String message) {
        return plain(400, "BadRequest", message);
    }

    public static ApiException unauthorized() {
        return plain(401, "Unauthorized", "Unauthorized");
    }

    /// @param why the text that follows `pods "x" is forbidden: `
    public static ApiException forbidden(String group, String plural, String name, String why) {
        String subject = plural.isEmpty() ? "forbidden" : name.isEmpty()
                ? qualified(group, plural) + " is forbidden"
                : qualified(group, plural) + " \"" + name + "\" is forbidden";
        return about(403, "Forbidden", subject + ": " + why, group, plural, name);
    }

    public static ApiException notFound(String group, String plural, String name) {
        return about(404, "NotFound", qualified(group, plural) + " \"" + name + "\" not found", group, plural, name);
    }

    /// Returns the error for an unknown path.
    public static ApiException noSuchPath() {
        return new ApiException(new Status(404, "NotFound", "the server could not find the requested resource", Status.Details.of("", "", "")));
    }

    public static ApiException methodNotAllowed(String message) {
        return plain(405, "MethodNotAllowed", message);
    }

    public static ApiException notAcceptable(String accepted) {
        return plain(406, "NotAcceptable", "only the following media types are accepted: " + accepted);
    }

    public static ApiException alreadyExists(String group, String plural, String name) {
        return about(409, "AlreadyExists", qualified(group, plural) + " \"" + name + "\" already exists", group, plural, name);
    }

    public static ApiException conflict(String group, String plural, String name, String why) {
        return about(409, "Conflict", "Operation cannot be fulfilled on " + qualified(group, plural) + " \"" + name + "\": " + why, group, plural, name);
    }

    public static ApiException objectModified(String group, String plural, String name) {
        return conflict(group, plural, name, "the object has been modified; please apply your changes to the latest version and try again");
    }

    public static ApiException gone(String message) {
        return plain(410, "Expired", message);
    }

    public static ApiException tooLarge(String message) {
        return plain(413, "RequestEntityTooLarge", message);
    }

    public static ApiException unsupportedMediaType(String message) {
        return plain(415, "UnsupportedMediaType", message);
    }

    /// @param summary the text that follows `Pod "x" is invalid: `
    public static ApiException invalid(String group, String kind, String name, String summary, List<StatusCause> causes) {
        String qualifiedKind = group.isEmpty() ? kind : kind + "." + group;
        return new ApiException(new Status(422, "Invalid", qualifiedKind + " \"" + name + "\" is invalid: " + summary,
                new Status.Details(group, kind, name, "", causes, 0)));
    }

    public static ApiException tooManyRequests(String message, int retryAfterSeconds) {
        return new ApiException(new Status(429, "TooManyRequests", message, Status.Details.retryAfter(retryAfterSeconds)));
    }

    public static ApiException internal(String message) {
        return plain(500, "InternalError", "Internal error occurred: " + message);
    }

    public static ApiException unavailable(String message) {
        return new ApiException(new Status(503, "ServiceUnavailable", message, Status.Details.retryAfter(RETRY_SECONDS)));
    }

    /// Returns the error for a resourceVersion that the cache did not reach in time.
    public static ApiException tooLargeResourceVersion(long asked, long current) {
        return new ApiException(new Status(504, "Timeout", "Timeout: Too large resource version: " + asked + ", current: " + current,
                new Status.Details("", "", "", "", List.of(new StatusCause("ResourceVersionTooLarge", "Too large resource version", "")), RETRY_SECONDS)));
    }

    public static ApiException timeout(String message) {
        return new ApiException(new Status(504, "Timeout", "Timeout: " + message, Status.Details.retryAfter(RETRY_SECONDS)));
    }
}
