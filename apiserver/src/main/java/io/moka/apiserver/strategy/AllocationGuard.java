package io.moka.apiserver.strategy;

import io.moka.apiserver.storage.CasResult;
import io.moka.apiserver.storage.Store;
import java.util.concurrent.locks.ReentrantLock;

/// Lets one allocation happen at a time, in this server by a lock and among servers by a key in the store that every
/// allocating write moves. Who was outrun by another server first learns what that one took.
public final class AllocationGuard {
    private final String key;
    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by lock. All allocations up to this change of the key are in the caches, or are our own.
    private long knownRevision;

    /// @param key outside of what the caches follow
    public AllocationGuard(String key) {
        this.key = key;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /// What a write must move, while the lock is held.
    Store.Guard next() {
        return new Store.Guard(key, knownRevision);
    }

    /// Learns what became of a write that was to move the key. After [CasResult.Outrun] the caller must choose anew.
    void settled(CasResult result) {
        switch (result) {
            case CasResult.Committed(long revision) -> knownRevision = revision;
            case CasResult.Outrun(long ignored, long guardRevision) -> knownRevision = guardRevision;
            case CasResult.Conflict ignored -> { }
        }
    }
}
