package io.moka.apiserver.front.flowcontrol;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A priority level: a number of the server's seats, and queues for requests that find no free seat.
///
/// Flows are spread over the queues by [ShuffleSharding] and the queues served by fair queuing, as upstream does it: the level's virtual time
/// advances with the clock, by the seats in demand for each active queue; the next request is taken from the queue in which it would end earliest; a
/// queue's virtual start moves on by the seat time that its requests really took; and an idle queue that becomes active begins at the present virtual
/// time, so that the use of free seats is not held against a flow later. Queues are bounded: a request that finds its queue full, or waits too long,
/// is refused.
final class PriorityLevel {
    /// Estimated duration of a request in seconds, used until the real duration is known.
    private static final double ESTIMATED_SECONDS = 0.003;
    private static final double ROUNDING_SECONDS = 1e-9;

    private final Lending lending;
    private final LongSupplier nanoClock;
    final LongAdder dispatched = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    // guarded by lock for writing; seats and limits are read without it when another level wants to borrow
    private volatile LevelSpec spec;
    private volatile int limit;
    private volatile int seatsInUse;
    private volatile int waiting;
    private volatile int executing;
    private RequestQueue[] queues = {};
    private double virtualTime;
    private long virtualTimeAtNanos;
    /// Index of the queue that was served last: of queues with the same virtual end, the next one after it is served.
    private int lastServed;

    /// Decides whether a level may use seats that are not its own.
    interface Lending {
        boolean mayBorrow(PriorityLevel level, int seats);

        /// Called when seats of this level have become free, which other levels may now borrow. Called without the level's lock.
        default void freed(PriorityLevel level) {}
    }

    /// The outcome of asking for seats.
    sealed interface Entry {
        record Seated(Runnable release) implements Entry {}

        record Refused(String reason) implements Entry {}
    }

    PriorityLevel(LevelSpec spec, int limit, Lending lending) {
        this(spec, limit, lending, System::nanoTime);
    }

    /// @param nanoClock the clock of the virtual time and of the requests' durations, in nanoseconds
    PriorityLevel(LevelSpec spec, int limit, Lending lending, LongSupplier nanoClock) {
        this.lending = lending;
        this.nanoClock = nanoClock;
        virtualTimeAtNanos = nanoClock.getAsLong();
        this.spec = spec;
        configure(spec, limit);
    }

    /// Applies a changed configuration. When it has fewer queues, the surplus ones stay as long as requests wait.
    void configure(LevelSpec newSpec, int newLimit) {
        lock.lock();
        try {
            advance();
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
            advance();
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
            queue.activate(virtualTime);
            waiter = queue.add(seats);
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
                    advance();
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
        return entry(waiter.seats, waiter.queue, waiter.begunNanos);
    }

    /// Returns the queue with the least work in the flow's hand of queues.
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
        if (queue != null) {
            queue.activate(virtualTime);
        }
        take(seats, queue);
        return entry(seats, queue, virtualTimeAtNanos);
    }

    private void take(int seats, @Nullable RequestQueue queue) {
        seatsInUse += seats;
        executing++;
        if (queue != null) {
            queue.seatsInUse += seats;
            queue.executing++;
            queue.nextStart += seats * ESTIMATED_SECONDS;
        }
        dispatched.increment();
    }

    /// @param begun the time when the seats were taken; the time until the waiting thread runs counts too, since no other request can use the seats
    private Entry entry(int seats, @Nullable RequestQueue queue, long begun) {
        return new Entry.Seated(() -> leave(seats, queue, begun));
    }

    private void leave(int seats, @Nullable RequestQueue queue, long begun) {
        lock.lock();
        try {
            advance();
            seatsInUse -= seats;
            executing--;
            if (queue != null) {
                queue.seatsInUse -= seats;
                queue.executing--;
                queue.nextStart += seats * ((virtualTimeAtNanos - begun) / 1e9 - ESTIMATED_SECONDS);
            }
            if (waiting > 0) {
                dispatch();
            }
        } finally {
            lock.unlock();
        }
        lending.freed(this);
    }

    /// Dispatches waiting requests, since seats of other levels may have become free.
    void borrowForWaiting() {
        if (waiting > 0) {
            lock.lock();
            try {
                advance();
                dispatch();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Moves the virtual time on by the time since the last call: each active queue is entitled to an even part of the seats in demand.
    private void advance() {
        long now = nanoClock.getAsLong();
        double seconds = (now - virtualTimeAtNanos) / 1e9;
        virtualTimeAtNanos = now;
        int active = 0;
        int demanded = 0;
        for (RequestQueue queue : queues) {
            if (!queue.idle()) {
                active++;
                demanded += queue.waitingSeats + queue.seatsInUse;
            }
        }
        if (active > 0) {
            virtualTime += seconds * Math.min(demanded, limit) / active;
        }
    }

    /// Dispatches waiting requests while there are free seats, the earliest virtual end first.
    private void dispatch() {
        while (waiting > 0) {
            RequestQueue.Waiter next = earliest();
            if (next == null || !hasRoom(next.seats)) {
                return;
            }
            next.queue.remove(next);
            next.begunNanos = virtualTimeAtNanos;
            lastServed = List.of(queues).indexOf(next.queue);
            waiting--;
            take(next.seats, next.queue);
            next.dispatched = true;
            LockSupport.unpark(next.thread);
        }
    }

    /// Returns the head of a queue with the earliest virtual end.
    private RequestQueue.@Nullable Waiter earliest() {
        RequestQueue.Waiter earliest = null;
        for (int i = 1; i <= queues.length; i++) {
            RequestQueue.Waiter head = queues[Math.floorMod(lastServed + i, queues.length)].head();
            if (head != null && (earliest == null || endOf(head) < endOf(earliest) - ROUNDING_SECONDS)) {
                earliest = head;
            }
        }
        return earliest;
    }

    private static double endOf(RequestQueue.Waiter head) {
        return head.queue.nextStart + head.seats * ESTIMATED_SECONDS;
    }

    /// Returns one line for each queue.
    String describeQueues() {
        lock.lock();
        try {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < queues.length; i++) {
                RequestQueue queue = queues[i];
                text.append(spec.name()).append(", ").append(i).append(", ").append(queue.waiting.size()).append(", ").append(queue.executing).append(", ")
                        .append(queue.seatsInUse).append(", ").append(String.format(java.util.Locale.ROOT, "%.8fss", queue.nextStart)).append(", ").append(queue.waitingSeats).append('\n');
            }
            return text.toString();
        } finally {
            lock.unlock();
        }
    }
}
