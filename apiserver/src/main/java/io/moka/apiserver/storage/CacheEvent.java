package io.moka.apiserver.storage;

import org.jspecify.annotations.Nullable;

/// A change as a [WatchCache] keeps and sends it.
///
/// @param object   the new state; of a deleted object the last one, under the revision of its deletion
/// @param previous the state before, null if the object was added
public record CacheEvent(Type type, CachedObject object, @Nullable CachedObject previous) {

    public enum Type { ADDED, MODIFIED, DELETED }

    public long revision() {
        return object.revision();
    }
}
