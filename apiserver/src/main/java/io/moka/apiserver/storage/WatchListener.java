package io.moka.apiserver.storage;

/// Receives what a [WatchCache] sends. Called in revision order while the cache's lock is held, so it must neither block nor
/// call back into the cache: it puts what it is given into a bounded buffer of its own.
public interface WatchListener {

    void onEvent(CacheEvent event);

    /// Everything up to this revision has been sent.
    void onProgress(long revision);

    /// The initial state that was asked for has been sent completely.
    void onInitialEventsEnd(long revision);

    /// Nothing follows: the cache has lost its place and lists anew.
    void onExpired();
}
