package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// The services that changed since the last sync. Bounded by the number of services: each is in it at most once.
final class ServiceChanges {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private final LongSupplier nanoTime;

    // guarded by lock
    private Set<ObjectKey> dirty = new LinkedHashSet<>();
    private boolean woken;

    // guarded by lock: since when the oldest change has waited in dirty, and since when the oldest of those that were taken; 0 for none
    private long waitingSince;
    private long takenSince;

    ServiceChanges() {
        this(System::nanoTime);
    }

    ServiceChanges(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Ends a wait, though nothing has changed.
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void add(ObjectKey service) {
        lock.lock();
        try {
            if (dirty.isEmpty()) {
                waitingSince = now();
            }
            dirty.add(service);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Adds all services, as a change of the node may concern each of them.
    void addAll(Iterable<ObjectKey> services) {
        services.forEach(this::add);
    }

    /// Waits until something changed, [#wake()] was called or the time is over, then takes all changes; empty after a quiet time.
    Set<ObjectKey> takeAll(long patienceNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = patienceNanos;
            while (dirty.isEmpty() && !woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
            var taken = dirty;
            if (!taken.isEmpty() && takenSince == 0) {
                takenSince = waitingSince;
            }
            waitingSince = 0;
            dirty = new LinkedHashSet<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Takes what there is.
    void takeAllNow() {
        try {
            takeAll(0);
        } catch (InterruptedException e) {
            throw new AssertionError("takes no time", e);
        }
    }

    /// The kernel has what was taken.
    void applied() {
        lock.lock();
        try {
            takenSince = 0;
        } finally {
            lock.unlock();
        }
    }

    /// Returns the age of the oldest change that is not in the kernel yet; zero if there is none.
    Duration lag() {
        lock.lock();
        try {
            long since = takenSince != 0 ? takenSince : waitingSince;
            return since == 0 ? Duration.ZERO : Duration.ofNanos(now() - since);
        } finally {
            lock.unlock();
        }
    }

    /// Never 0.
    private long now() {
        return nanoTime.getAsLong() | 1;
    }
}
