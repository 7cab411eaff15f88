package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The services that changed since the last sync. Bounded by the number of services: each is in it at most once.
final class ServiceChanges {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // guarded by lock
    private Set<ObjectKey> dirty = new LinkedHashSet<>();

    void add(ObjectKey service) {
        lock.lock();
        try {
            dirty.add(service);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until something changed or the time is over, then takes all of it; empty after a quiet time.
    Set<ObjectKey> takeAll(long patienceNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = patienceNanos;
            while (dirty.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            var taken = dirty;
            dirty = new LinkedHashSet<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
