package io.moka.machinery.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The options of a list or a watch; absent options are not sent.
public record ListOptions(@Nullable String labelSelector, @Nullable String fieldSelector, @Nullable String resourceVersion,
        @Nullable String resourceVersionMatch, int limit, @Nullable String continueToken, @Nullable Duration timeout) {

    private static final ListOptions ALL = new ListOptions(null, null, null, null, 0, null, null);

    public static ListOptions all() {
        return ALL;
    }

    public ListOptions labels(@Nullable String selector) {
        return new ListOptions(selector, fieldSelector, resourceVersion, resourceVersionMatch, limit, continueToken, timeout);
    }

    public ListOptions fields(@Nullable String selector) {
        return new ListOptions(labelSelector, selector, resourceVersion, resourceVersionMatch, limit, continueToken, timeout);
    }

    /// Sets the resource version; `"0"` accepts any state that the server's cache holds.
    public ListOptions revision(@Nullable String version) {
        return new ListOptions(labelSelector, fieldSelector, version, resourceVersionMatch, limit, continueToken, timeout);
    }

    /// Accepts no state older than this revision.
    public ListOptions notOlderThan(String version) {
        return new ListOptions(labelSelector, fieldSelector, version, "NotOlderThan", limit, continueToken, timeout);
    }

    public ListOptions page(int size, @Nullable String token) {
        return new ListOptions(labelSelector, fieldSelector, resourceVersion, resourceVersionMatch, size, token, timeout);
    }

    /// Sets how long the server keeps the watch open.
    public ListOptions timeout(Duration duration) {
        return new ListOptions(labelSelector, fieldSelector, resourceVersion, resourceVersionMatch, limit, continueToken, duration);
    }

    Map<String, String> query() {
        var query = new LinkedHashMap<String, String>();
        put(query, "labelSelector", labelSelector);
        put(query, "fieldSelector", fieldSelector);
        put(query, "resourceVersion", resourceVersion);
        put(query, "resourceVersionMatch", resourceVersionMatch);
        put(query, "limit", limit > 0 ? Integer.toString(limit) : null);
        put(query, "continue", continueToken);
        put(query, "timeoutSeconds", timeout == null ? null : Long.toString(timeout.toSeconds()));
        return query;
    }

    private static void put(Map<String, String> query, String key, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            query.put(key, value);
        }
    }
}
