package io.moka.apiserver.rest;

import io.moka.apiserver.http.Query;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.StatusCause;
import io.moka.apiserver.storage.Caches;
import io.moka.apiserver.storage.StoreUnavailableException;
import java.time.Duration;
import java.util.List;

/// How fresh an answer must be, from `resourceVersion` and `resourceVersionMatch`.
sealed interface ResourceVersions {
    Duration PATIENCE = Duration.ofSeconds(3);

    /// As fresh as the store itself.
    record MostRecent() implements ResourceVersions {}

    /// Whatever the cache has.
    record Any() implements ResourceVersions {}

    record NotOlderThan(long revision) implements ResourceVersions {}

    record Exact(long revision) implements ResourceVersions {}

    static ResourceVersions of(Query query) {
        String version = query.get("resourceVersion");
        String match = query.get("resourceVersionMatch");
        if (version.isEmpty()) {
            if (!match.isEmpty() && !query.has("sendInitialEvents")) {
                throw invalid("resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided", "FieldValueForbidden");
            }
            return new MostRecent();
        }
        long revision = parse(version);
        return switch (match) {
            case "" -> revision == 0 ? new Any() : new NotOlderThan(revision);
            case "NotOlderThan" -> revision == 0 ? new Any() : new NotOlderThan(revision);
            case "Exact" -> {
                if (revision == 0) {
                    throw invalid("resourceVersionMatch", "Forbidden: resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"", "FieldValueForbidden");
                }
                yield new Exact(revision);
            }
            default -> throw invalid("resourceVersionMatch", "Unsupported value: \"" + match + "\": supported values: \"Exact\", \"NotOlderThan\"", "FieldValueNotSupported");
        };
    }

    /// Upstream answers 500 so far and means to answer 400, as it is the caller's mistake.
    private static ApiException malformed(String version, String why) {
        return ApiException.badRequest("resourceVersion: Invalid value: \"" + version + "\": strconv.ParseUint: parsing \"" + version + "\": " + why);
    }

    static long parse(String version) {
        try {
            long revision = Long.parseUnsignedLong(version);
            if (revision >= 0) {
                return revision;
            }
        } catch (NumberFormatException malformed) {
            throw malformed(version, "invalid syntax");
        }
        throw malformed(version, "value out of range");
    }

    private static ApiException invalid(String field, String message, String reason) {
        return ApiException.invalid("meta.k8s.io", "ListOptions", "", field + ": " + message, List.of(new StatusCause(reason, message, field)));
    }

    /// Waits until the caches are as fresh as this asks.
    default void await(Caches caches) {
        switch (this) {
            case MostRecent() -> caches.awaitFresh();
            case Any() -> { }
            case NotOlderThan(long revision) -> reach(caches, revision);
            case Exact(long revision) -> reach(caches, revision);
        }
    }

    private static void reach(Caches caches, long revision) {
        try {
            caches.awaitRevision(revision, PATIENCE);
        } catch (StoreUnavailableException behind) {
            throw ApiException.tooLargeResourceVersion(revision, caches.revision());
        }
    }
}
