package io.moka.apiserver.core.rest;

import java.util.concurrent.atomic.AtomicLong;

/// Bounds the memory of events that wait for slow clients, in bytes of their objects: [#MAX_QUEUE_BYTES] for one watch, and a budget for all
/// watches. While the budget is exceeded, a watch with more than [#SMALL_BYTES] waiting accepts no more events, so that watches that lag end and watches
/// that keep up go on. An object that waits in several queues is counted in each, though it is in memory once.
final class PendingBytes {
    static final long MAX_QUEUE_BYTES = 4L * 1024 * 1024;
    static final long SMALL_BYTES = 16 * 1024;
    private static final long MAX_BUDGET_BYTES = 64L * 1024 * 1024;
    private static final int PART_OF_HEAP = 8;
    /// The budget of the whole process: an eighth of the heap, at most 64 MiB.
    static final PendingBytes OF_ALL = new PendingBytes(Math.min(MAX_BUDGET_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP));

    private final long budget;
    private final AtomicLong used = new AtomicLong();

    PendingBytes(long budget) {
        this.budget = budget;
    }

    long used() {
        return used.get();
    }

    Queue queue() {
        return new Queue();
    }

    /// The byte count of the events that wait in one watch's queue. Guarded by the watch.
    final class Queue {
        private long bytes;

        /// Whether an event of this size fits. It always fits into an empty queue.
        boolean mayAdd(int more) {
            return bytes == 0 || bytes + more <= (used.get() + more > budget ? SMALL_BYTES : MAX_QUEUE_BYTES);
        }

        void add(int more) {
            bytes += more;
            used.addAndGet(more);
        }

        void remove(int fewer) {
            long gone = Math.min(bytes, fewer);
            bytes -= gone;
            used.addAndGet(-gone);
        }

        void clear() {
            used.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
