package io.moka.apiserver.rest;

import io.moka.apiserver.http.Query;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.storage.Caches;
import io.moka.apiserver.storage.StoreUnavailableException;
import java.time.Duration;

/// How fresh an answer must be, from `resourceVersion` and `resourceVersionMatch`, which [ListRules] has looked at.
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
            return new MostRecent();
        }
        long revision = parse(version);
        return match.equals("Exact") ? new Exact(revision) : revision == 0 ? new Any() : new NotOlderThan(revision);
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
