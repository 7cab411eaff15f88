package io.moka.apiserver.storage;

/// The form in which objects are stored: JSON without a resourceVersion.
public final class StoredBytes {
    private StoredBytes() {}

    /// The bytes as clients see them.
    public static byte[] withRevision(byte[] stored, long revision) {
        return CachedObject.splice(stored, ObjectScanner.metadataOffset(stored), revision);
    }
}
