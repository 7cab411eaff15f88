package io.moka.machinery.client;

import io.fabric8.kubernetes.api.model.HasMetadata;

/// One event of a watch. For an object that stops matching the watch's selectors the event is [Deleted].
public sealed interface WatchEvent<T extends HasMetadata> {

    T object();

    record Added<T extends HasMetadata>(T object) implements WatchEvent<T> {
    }

    record Modified<T extends HasMetadata>(T object) implements WatchEvent<T> {
    }

    record Deleted<T extends HasMetadata>(T object) implements WatchEvent<T> {
    }

    /// Nothing happened up to the object's resourceVersion; the object carries nothing else.
    record Bookmark<T extends HasMetadata>(T object) implements WatchEvent<T> {
    }

    default String resourceVersion() {
        return object().getMetadata().getResourceVersion();
    }
}
