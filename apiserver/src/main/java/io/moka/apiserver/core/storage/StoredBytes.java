package io.moka.apiserver.core.storage;

/// The form in which objects are stored: JSON without a resourceVersion.
public final class StoredBytes {
    private StoredBytes() {}

    /// Returns the bytes that clients see, with the resourceVersion.
    public static byte[] withRevision(byte[] stored, long revision) {
        return CachedObject.splice(stored, ObjectScanner.metadataOffset(stored), revision);
    }
}
