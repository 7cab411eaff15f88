package io.moka.machinery.workqueue;

import io.moka.machinery.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A queue of keys that wait for a worker. Any thread may add; a worker calls [#take()], works, then [#done(Object)].
///
/// Follows upstream's `workqueue` (its queue, delaying queue and exponential failure rate limiter in one).
public final class WorkQueue<K> {

    private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(5);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(60);
    /// A key that waits for an instant of the wall clock notices within this time that the clock was set, or that the machine was suspended.
    private static final long WALL_CLOCK_CHECK_NANOS = Duration.ofSeconds(30).toNanos();

    private record Later<K>(long atNanos, K key) implements Comparable<Later<K>> {
        @Override
        public int compareTo(Later<K> other) {
            return Long.compare(atNanos - other.atNanos, 0);
        }
    }

    private record Dated<K>(Instant at, K key) implements Comparable<Dated<K>> {
        @Override
        public int compareTo(Dated<K> other) {
            return at.compareTo(other.at);
        }
    }

    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // guarded by lock: each key in order is in dirty, never in processing
    private final ArrayDeque<K> order = new ArrayDeque<>();
    private final Set<K> dirty = new HashSet<>();
    private final Set<K> processing = new HashSet<>();
    private boolean closed;

    // guarded by lock: due holds, for each key that waits, its earliest time; later may hold outdated entries beside
    private final PriorityQueue<Later<K>> later = new PriorityQueue<>();
    private final Map<K, Long> due = new HashMap<>();
    private final Map<K, Integer> failures = new HashMap<>();

    // guarded by lock: the same for instants of the wall clock
    private final PriorityQueue<Dated<K>> dated = new PriorityQueue<>();
    private final Map<K, Instant> dates = new HashMap<>();

    public WorkQueue() {
        this(TimeSource.SYSTEM);
    }

    public WorkQueue(TimeSource time) {
        this.time = time;
        time.onJump(this::lookAgain);
    }

    private void lookAgain() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Queues the key, unless it is waiting already.
    public void add(K key) {
        lock.lock();
        try {
            enqueue(key);
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(K key) {
        if (closed || !dirty.add(key) || processing.contains(key)) {
            return;
        }
        order.add(key);
        changed.signal();
    }

    /// Queues the key once the delay is over; of several delays the shortest holds.
    public void addAfter(K key, Duration delay) {
        if (delay.isZero() || delay.isNegative()) {
            add(key);
            return;
        }
        lock.lock();
        try {
            long at = time.nanos() + delay.toNanos();
            var earlier = due.get(key);
            if (!closed && (earlier == null || at - earlier < 0)) {
                due.put(key, at);
                later.add(new Later<>(at, key));
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Queues the key at an instant of the wall clock, also where that clock is set meanwhile; of several instants the earliest holds.
    public void addAt(K key, Instant at) {
        lock.lock();
        try {
            var earlier = dates.get(key);
            if (!closed && (earlier == null || at.isBefore(earlier))) {
                dates.put(key, at);
                dated.add(new Dated<>(at, key));
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Queues the key after a pause that doubles with each failure since the last [#forget(Object)].
    public void addRateLimited(K key) {
        addRateLimited(key, Duration.ZERO);
    }

    /// @param atLeast a pause that the server asked for; no more than the longest back-off of it is waited
    public void addRateLimited(K key, Duration atLeast) {
        var own = Backoff.delay(SHORTEST_BACKOFF, LONGEST_BACKOFF, countFailure(key));
        var asked = atLeast.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : atLeast;
        addAfter(key, own.compareTo(asked) > 0 ? own : asked);
    }

    private int countFailure(K key) {
        lock.lock();
        try {
            return failures.merge(key, 1, Integer::sum) - 1;
        } finally {
            lock.unlock();
        }
    }

    /// The key has succeeded: its next failure starts with the shortest pause again.
    public void forget(K key) {
        lock.lock();
        try {
            failures.remove(key);
        } finally {
            lock.unlock();
        }
    }

    public int failures(K key) {
        lock.lock();
        try {
            return failures.getOrDefault(key, 0);
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a key; null once the queue is closed.
    public @Nullable K take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                long wait = releaseDue();
                var key = order.poll();
                if (key != null) {
                    dirty.remove(key);
                    processing.add(key);
                    return key;
                }
                await(wait);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void await(long nanos) throws InterruptedException {
        if (nanos == Long.MAX_VALUE) {
            changed.await();
        } else {
            time.await(changed, nanos);
        }
    }

    /// Moves what is due into the order; returns the nanoseconds until the next one is.
    private long releaseDue() {
        return Math.min(releaseDelayed(), releaseDated());
    }

    private long releaseDelayed() {
        long now = time.nanos();
        for (var next = later.peek(); next != null; next = later.peek()) {
            if (next.atNanos - now > 0) {
                return next.atNanos - now;
            }
            later.remove();
            if (due.remove(next.key, next.atNanos)) {
                enqueue(next.key);
            }
        }
        return Long.MAX_VALUE;
    }

    private long releaseDated() {
        if (dated.isEmpty()) {
            return Long.MAX_VALUE;
        }
        var now = time.instant();
        for (var next = dated.peek(); next != null; next = dated.peek()) {
            if (next.at.isAfter(now)) {
                var left = Duration.between(now, next.at);
                return left.getSeconds() > 60 ? WALL_CLOCK_CHECK_NANOS : Math.min(left.toNanos(), WALL_CLOCK_CHECK_NANOS);
            }
            dated.remove();
            if (dates.remove(next.key, next.at)) {
                enqueue(next.key);
            }
        }
        return Long.MAX_VALUE;
    }

    /// The worker has finished with the key; if it was added meanwhile, it is queued again.
    public void done(K key) {
        lock.lock();
        try {
            processing.remove(key);
            if (dirty.contains(key)) {
                order.add(key);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Returns the number of keys that could be taken now.
    public int depth() {
        lock.lock();
        try {
            return order.size();
        } finally {
            lock.unlock();
        }
    }

    /// Wakes all who wait in [#take()]; keys added from now on are ignored.
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
