package io.moka.apiserver.core.storage;

/// Receives the events of a [WatchCache]. Called in revision order while the cache's lock is held, so it must neither block nor
/// call back into the cache: it puts the events into a bounded buffer of its own.
public interface WatchListener {

    void onEvent(CacheEvent event);

    /// All events up to this revision have been sent.
    void onProgress(long revision);

    /// The requested initial state has been sent completely.
    void onInitialEventsEnd(long revision);

    /// No further events follow: the cache could not continue its watch of the store and lists anew.
    void onExpired();
}
