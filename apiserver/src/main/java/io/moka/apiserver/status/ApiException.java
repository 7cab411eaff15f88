package io.moka.apiserver.status;

import java.util.List;

/// A request that cannot be answered as asked, with the [Status] to answer instead. Nothing has been changed when it is thrown.
/// Carries no stack trace: it is an answer, not a fault.
public final class ApiException extends RuntimeException {
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

    private static ApiException plain(int code, String reason, String message) {
        return new ApiException(new Status(code, reason, message, null));
    }

    private static ApiException about(int code, String reason, String message, String group, String plural, String name) {
        return new ApiException(new Status(code, reason, message, Status.Details.of(group, plural, name)));
    }

    /// `pods`, `deployments.apps`.
    private static String qualified(String group, String plural) {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public static ApiException badRequest(String message) {
        return plain(400, "BadRequest", message);
    }

    public static ApiException unauthorized() {
        return plain(401, "Unauthorized", "Unauthorized");
    }

    /// @param why what follows `pods "x" is forbidden: `
    public static ApiException forbidden(String group, String plural, String name, String why) {
        String subject = plural.isEmpty() ? "forbidden" : name.isEmpty()
                ? qualified(group, plural) + " is forbidden"
                : qualified(group, plural) + " \"" + name + "\" is forbidden";
        return about(403, "Forbidden", subject + ": " + why, group, plural, name);
    }

    public static ApiException notFound(String group, String plural, String name) {
        return about(404, "NotFound", qualified(group, plural) + " \"" + name + "\" not found", group, plural, name);
    }

    /// A path that leads nowhere.
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

    /// @param summary what follows `Pod "x" is invalid: `
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
        return plain(503, "ServiceUnavailable", message);
    }

    /// The cache could not reach the revision that was asked for in time.
    public static ApiException tooLargeResourceVersion(long asked, long current) {
        return new ApiException(new Status(504, "Timeout", "Timeout: Too large resource version: " + asked + ", current: " + current,
                new Status.Details("", "", "", "", List.of(new StatusCause("ResourceVersionTooLarge", "Too large resource version", "")), 1)));
    }

    public static ApiException timeout(String message) {
        return new ApiException(new Status(504, "Timeout", "Timeout: " + message, Status.Details.of("", "", "")));
    }
}
