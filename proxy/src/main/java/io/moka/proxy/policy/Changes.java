package io.moka.proxy.policy;

import io.moka.machinery.meta.ObjectKey;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Queues the objects that changed since the loop last took them. Bounded by the number of objects: each is queued at most once.
final class Changes {

    /// A changed object.
    sealed interface Change {
        record OfPolicy(ObjectKey key) implements Change {
        }

        record OfPod(ObjectKey key) implements Change {
        }

        record OfNamespace(String name) implements Change {
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LongSupplier nanoTime;

    // guarded by lock
    private Set<Change> waiting = new LinkedHashSet<>();
    // guarded by lock: since when the oldest change has waited here, and since when the oldest of those that were taken; 0 for none
    private long waitingSince;
    private long takenSince;

    /// @param nanoTime a clock that never goes back
    Changes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void add(Change change) {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                waitingSince = now();
            }
            waiting.add(change);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a change, but no longer than the given time, then takes all changes; returns none if there was no change in that time.
    Set<Change> take(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            var taken = waiting;
            if (!taken.isEmpty() && takenSince == 0) {
                takenSince = waitingSince;
            }
            waitingSince = 0;
            waiting = new LinkedHashSet<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Records that the kernel has the changes that were taken.
    void applied() {
        lock.lock();
        try {
            takenSince = 0;
        } finally {
            lock.unlock();
        }
    }

    /// Returns how long the oldest change that the kernel does not have yet has waited; zero if there is none.
    Duration lag() {
        lock.lock();
        try {
            long since = takenSince != 0 ? takenSince : waitingSince;
            return since == 0 ? Duration.ZERO : Duration.ofNanos(now() - since);
        } finally {
            lock.unlock();
        }
    }

    /// Returns the time in nanoseconds; never 0, which stands for no time.
    private long now() {
        return nanoTime.getAsLong() | 1;
    }
}
