package io.moka.apiserver.flowcontrol;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A share of the server: so many seats, and queues for those who find none.
///
/// Flows are spread over the queues by [ShuffleSharding] and the queues served by fair queuing: the next request is the one whose
/// virtual start is earliest, and a queue's virtual time moves on by what its requests really took. A queue is bounded, and what does not
/// fit is refused; what waits too long is refused too.
final class PriorityLevel {
    /// What a request is thought to take until it is known.
    private static final double ESTIMATED_SECONDS = 0.003;

    private final Lending lending;
    final LongAdder dispatched = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    // guarded by lock for writing; seats and limits are read without it by those who would borrow
    private volatile LevelSpec spec;
    private volatile int limit;
    private volatile int seatsInUse;
    private volatile int waiting;
    private volatile int executing;
    private RequestQueue[] queues = {};
    private double virtualTime;

    /// Who may use seats that are not its own.
    interface Lending {
        boolean mayBorrow(PriorityLevel level, int seats);
    }

    /// The outcome of asking for seats.
    sealed interface Entry {
        record Seated(Runnable release) implements Entry {}

        record Refused(String reason) implements Entry {}
    }

    PriorityLevel(LevelSpec spec, int limit, Lending lending) {
        this.lending = lending;
        this.spec = spec;
        configure(spec, limit);
    }

    /// Takes over a changed configuration; what waits in a queue that there is no longer is waited for all the same.
    void configure(LevelSpec newSpec, int newLimit) {
        lock.lock();
        try {
            spec = newSpec;
            limit = newLimit;
            if (newSpec.queues() > queues.length || newSpec.queues() < queues.length && waiting == 0) {
                RequestQueue[] resized = new RequestQueue[newSpec.queues()];
                for (int i = 0; i < resized.length; i++) {
                    resized[i] = i < queues.length ? queues[i] : new RequestQueue();
                }
                queues = resized;
            }
            dispatch();
        } finally {
            lock.unlock();
        }
    }

    LevelSpec spec() {
        return spec;
    }

    int limit() {
        return limit;
    }

    int seatsInUse() {
        return seatsInUse;
    }

    int waiting() {
        return waiting;
    }

    int executing() {
        return executing;
    }

    int lendable() {
        return spec.exempt() ? 0 : limit * spec.lendable() / 100;
    }

    int borrowed() {
        return Math.max(0, seatsInUse - limit);
    }

    Entry enter(long flow, int wantedSeats, long waitUntilNanos) {
        int seats = Math.max(1, Math.min(wantedSeats, limit));
        RequestQueue.Waiter waiter;
        lock.lock();
        try {
            if (spec.exempt() || waiting == 0 && hasRoom(seats)) {
                return seated(seats, queues.length == 0 ? null : least(flow));
            }
            if (queues.length == 0) {
                rejected.increment();
                return new Entry.Refused("concurrency-limit");
            }
            RequestQueue queue = least(flow);
            if (queue.waiting.size() >= spec.queueLength()) {
                rejected.increment();
                return new Entry.Refused("queue-full");
            }
            waiter = queue.add(seats, virtualTime, ESTIMATED_SECONDS);
            waiting++;
            dispatch();
        } finally {
            lock.unlock();
        }
        return await(waiter, waitUntilNanos);
    }

    private Entry await(RequestQueue.Waiter waiter, long waitUntilNanos) {
        while (!waiter.dispatched) {
            long left = waitUntilNanos - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                lock.lock();
                try {
                    if (!waiter.dispatched && waiter.queue.remove(waiter)) {
                        waiting--;
                        timedOut.increment();
                        return new Entry.Refused("time-out");
                    }
                } finally {
                    lock.unlock();
                }
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
        return entry(waiter.seats, waiter.queue);
    }

    /// Of the flow's hand of queues, the one with the least work.
    private RequestQueue least(long flow) {
        RequestQueue least = queues[0];
        int work = Integer.MAX_VALUE;
        for (int index : ShuffleSharding.deal(flow, queues.length, spec.handSize())) {
            RequestQueue queue = queues[index];
            int queued = queue.waitingSeats + queue.seatsInUse;
            if (queued < work) {
                least = queue;
                work = queued;
            }
        }
        return least;
    }

    private boolean hasRoom(int seats) {
        return seatsInUse + seats <= limit || seatsInUse == 0 || lending.mayBorrow(this, seats);
    }

    private Entry seated(int seats, @Nullable RequestQueue queue) {
        take(seats, queue);
        if (queue != null) {
            queue.end = Math.max(virtualTime, queue.end) + seats * ESTIMATED_SECONDS;
        }
        return entry(seats, queue);
    }

    private void take(int seats, @Nullable RequestQueue queue) {
        seatsInUse += seats;
        executing++;
        if (queue != null) {
            queue.seatsInUse += seats;
            queue.executing++;
        }
        dispatched.increment();
    }

    private Entry entry(int seats, @Nullable RequestQueue queue) {
        long begun = System.nanoTime();
        return new Entry.Seated(() -> leave(seats, queue, begun));
    }

    private void leave(int seats, @Nullable RequestQueue queue, long begun) {
        lock.lock();
        try {
            seatsInUse -= seats;
            executing--;
            if (queue != null) {
                queue.seatsInUse -= seats;
                queue.executing--;
                queue.end += seats * ((System.nanoTime() - begun) / 1e9 - ESTIMATED_SECONDS);
            }
            if (waiting > 0) {
                dispatch();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Seats those who wait, the earliest virtual start first, while there is room.
    private void dispatch() {
        while (waiting > 0) {
            RequestQueue.Waiter next = earliest();
            if (next == null || !hasRoom(next.seats)) {
                return;
            }
            virtualTime = Math.max(virtualTime, startOf(next));
            next.queue.remove(next);
            waiting--;
            take(next.seats, next.queue);
            next.dispatched = true;
            LockSupport.unpark(next.thread);
        }
    }

    private RequestQueue.@Nullable Waiter earliest() {
        RequestQueue.Waiter earliest = null;
        for (RequestQueue queue : queues) {
            RequestQueue.Waiter head = queue.head();
            if (head != null && (earliest == null || startOf(head) < startOf(earliest))) {
                earliest = head;
            }
        }
        return earliest;
    }

    /// The queue's end moves when its requests turn out dearer or cheaper than thought, and with it what stands in it.
    private static double startOf(RequestQueue.Waiter head) {
        return Math.max(head.start, head.queue.end - head.queue.waitingSeats * ESTIMATED_SECONDS);
    }

    /// One line for each queue that has something in it.
    String describeQueues() {
        lock.lock();
        try {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < queues.length; i++) {
                RequestQueue queue = queues[i];
                text.append(spec.name()).append(", ").append(i).append(", ").append(queue.waiting.size()).append(", ").append(queue.executing).append(", ")
                        .append(queue.seatsInUse).append(", ").append(String.format(java.util.Locale.ROOT, "%.8fss", queue.end)).append(", ").append(queue.waitingSeats).append('\n');
            }
            return text.toString();
        } finally {
            lock.unlock();
        }
    }
}
