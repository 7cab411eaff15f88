package io.moka.apiserver.storage;

/// How much history one [WatchCache] keeps; what is older is answered with 410 Gone.
public record CacheBounds(int maxEvents, long maxEventBytes) {
    public static final CacheBounds DEFAULT = new CacheBounds(4096, 8L * 1024 * 1024);
}
