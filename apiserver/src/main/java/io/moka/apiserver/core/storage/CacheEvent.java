package io.moka.apiserver.core.storage;

import org.jspecify.annotations.Nullable;

/// A change of an object, as a [WatchCache] keeps and sends it.
///
/// @param object   the new state; for a deleted object the last state, with the revision of its deletion
/// @param previous the state before, null if the object was added
public record CacheEvent(Type type, CachedObject object, @Nullable CachedObject previous) {

    public enum Type { ADDED, MODIFIED, DELETED }

    public long revision() {
        return object.revision();
    }
}
