package io.moka.apiserver.strategy;

import io.moka.apiserver.storage.CasResult;
import io.moka.apiserver.storage.Store;

/// Something that was taken for an object which is about to be written.
public interface Reservation extends AutoCloseable {
    Reservation NONE = new Reservation() {
        @Override
        public void committed(long revision) {}

        @Override
        public void close() {}
    };

    /// Writes the object and what it takes and gives up, all or nothing. When another server has taken something at the same time, the result
    /// is [CasResult.Outrun]: what was reserved is given up, the object is as it was before, and a new reservation may be tried.
    default CasResult write(Store store, String key, byte[] bytes, long expectedRevision, long ttlSeconds) {
        return expectedRevision == 0 ? store.create(key, bytes, ttlSeconds) : store.update(key, bytes, expectedRevision, ttlSeconds);
    }

    /// The object has been written at this revision; the reservation stays until the caches know.
    void committed(long revision);

    /// Gives up what was not committed.
    @Override
    void close();
}
