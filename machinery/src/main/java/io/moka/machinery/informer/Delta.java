package io.moka.machinery.informer;

/// One change on its way from the reflector to the cache.
sealed interface Delta<T> {

    T object();

    /// Added or changed: the cache knows which.
    record Upserted<T>(T object) implements Delta<T> {
    }

    /// Gone; the object is its last known state.
    record Removed<T>(T object) implements Delta<T> {
    }
}
