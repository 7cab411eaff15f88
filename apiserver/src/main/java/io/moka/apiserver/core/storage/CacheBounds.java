package io.moka.apiserver.core.storage;

/// The amount of history that one [WatchCache] keeps; requests for older revisions are answered with 410 Gone.
public record CacheBounds(int maxEvents, long maxEventBytes) {
    public static final CacheBounds DEFAULT = new CacheBounds(4096, 8L * 1024 * 1024);
}
