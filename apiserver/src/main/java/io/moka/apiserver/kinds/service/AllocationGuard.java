package io.moka.apiserver.kinds.service;

import io.moka.apiserver.core.storage.CasResult;
import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Serialises allocations: in this server by a lock, and among servers by a key in the store that every
/// allocating write changes. After another server has been faster, a server first learns what that one has allocated.
public final class AllocationGuard {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String key;
    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by lock. All allocations up to this revision of the key are in the caches, or were made by this server.
    private long knownRevision;

    /// @param key the guard's key, which the caches do not follow
    public AllocationGuard(String key) {
        this.key = key;
    }

    /// @throws StoreUnavailableException when the lock is not acquired in time, or the request is interrupted
    void lock() {
        try {
            if (lock.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
            throw new StoreUnavailableException(StoreUnavailableException.Reason.TIMED_OUT, "other requests allocate node ports for too long");
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException(StoreUnavailableException.Reason.UNAVAILABLE, "interrupted while waiting to allocate a node port", ended);
        }
    }

    void unlock() {
        lock.unlock();
    }

    /// Returns the guard that an allocating write must change. To be called while the lock is held.
    Store.Guard next() {
        return new Store.Guard(key, knownRevision);
    }

    /// Records the result of a write that was to change the key. After [CasResult.Outrun] the caller must choose anew.
    void settled(CasResult result) {
        switch (result) {
            case CasResult.Committed(long revision) -> knownRevision = revision;
            case CasResult.Outrun(long ignored, long guardRevision) -> knownRevision = guardRevision;
            case CasResult.Conflict ignored -> { }
        }
    }
}
