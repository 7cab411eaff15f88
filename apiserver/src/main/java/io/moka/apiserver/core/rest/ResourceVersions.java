package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.request.Query;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import java.time.Duration;

/// The freshness that a request requires, from `resourceVersion` and `resourceVersionMatch`, which [ListRules] has validated.
sealed interface ResourceVersions {
    Duration PATIENCE = Duration.ofSeconds(3);

    /// As fresh as the store.
    record MostRecent() implements ResourceVersions {}

    /// Any state that the cache has, however old.
    record Any() implements ResourceVersions {}

    record NotOlderThan(long revision) implements ResourceVersions {}

    record Exact(long revision) implements ResourceVersions {}

    static ResourceVersions of(Query query) {
        String version = query.get("resourceVersion");
        String match = query.get("resourceVersionMatch");
        if (version.isEmpty()) {
            return new MostRecent();
        }
        long revision = parse(version);
        return match.equals("Exact") ? new Exact(revision) : revision == 0 ? new Any() : new NotOlderThan(revision);
    }

    /// Upstream still answers 500 and intends to answer 400, as it is the caller's mistake.
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

    /// Waits until the caches are as fresh as required. Does not wait for [Any].
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
