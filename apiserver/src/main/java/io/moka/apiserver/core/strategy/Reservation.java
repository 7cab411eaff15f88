package io.moka.apiserver.core.strategy;

import io.moka.apiserver.core.storage.CasResult;
import io.moka.apiserver.core.storage.Store;

/// Values, such as addresses, that are reserved for an object which is about to be written.
public interface Reservation extends AutoCloseable {
    Reservation NONE = new Reservation() {
        @Override
        public void committed(long revision) {}

        @Override
        public void close() {}
    };

    /// Writes the object together with the records that it gains and loses, all or nothing. When another server has allocated at the same time, the result
    /// is [CasResult.Outrun]: the reservation is released, the object is as it was before, and the caller may try a new reservation.
    default CasResult write(Store store, String key, byte[] bytes, long expectedRevision, long ttlSeconds) {
        return expectedRevision == 0 ? store.create(key, bytes, ttlSeconds) : store.update(key, bytes, expectedRevision, ttlSeconds);
    }

    /// Marks the object as written at this revision; the values stay reserved until the caches have reached it.
    void committed(long revision);

    /// Releases the values that were not committed.
    @Override
    void close();
}
