package io.moka.apiserver.core.storage;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The progress of all caches together: every change up to [#revision] is in them.
final class CacheProgress {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    // written under lock
    private volatile long revision;

    long revision() {
        return revision;
    }

    void advance(long to) {
        lock.lock();
        try {
            revision = Math.max(revision, to);
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the revision is reached; false when the time ends first.
    boolean await(long wanted, Duration patience) {
        if (revision >= wanted) {
            return true;
        }
        lock.lock();
        try {
            long nanos = patience.toNanos();
            while (revision < wanted && nanos > 0) {
                nanos = advanced.awaitNanos(nanos);
            }
            return revision >= wanted;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
