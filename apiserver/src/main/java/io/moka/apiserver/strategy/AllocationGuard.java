package io.moka.apiserver.strategy;

import io.moka.apiserver.storage.Caches;
import io.moka.apiserver.storage.CasResult;
import io.moka.apiserver.storage.Store;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// Lets one allocation happen at a time, in this server by a lock and among servers by a key in the store that every
/// allocating write moves. Who was outrun by another server first learns what that one took.
public final class AllocationGuard {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Store store;
    private final Caches caches;
    private final String key;
    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by lock. All allocations up to this change of the key are in the caches, or are our own.
    private long knownRevision;

    /// @param key outside of what the caches follow
    public AllocationGuard(Store store, Caches caches, String key) {
        this.store = store;
        this.caches = caches;
        this.key = key;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /// Writes what allocates, while the lock is held. After [CasResult.Outrun] the caller must choose anew.
    CasResult write(String objectKey, byte[] bytes, long expectedRevision) {
        CasResult result = store.putGuarded(objectKey, bytes, expectedRevision, new Store.Guard(key, knownRevision));
        switch (result) {
            case CasResult.Committed(long revision) -> knownRevision = revision;
            case CasResult.Outrun(long revision) -> {
                caches.awaitRevision(revision, PATIENCE);
                knownRevision = revision;
            }
            case CasResult.Conflict ignored -> { }
        }
        return result;
    }
}
