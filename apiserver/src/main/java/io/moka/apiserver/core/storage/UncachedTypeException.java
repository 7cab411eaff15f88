package io.moka.apiserver.core.storage;

/// Thrown when a resource has no cache: it is not stored, or its definition has been deleted.
public final class UncachedTypeException extends RuntimeException {
    UncachedTypeException(String resource) {
        super(resource + " is not stored");
    }
}
