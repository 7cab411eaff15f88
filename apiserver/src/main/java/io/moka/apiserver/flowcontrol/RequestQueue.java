package io.moka.apiserver.flowcontrol;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One of the queues of a priority level, served in turn by virtual time: each request carries the time at which it would start if all
/// queues shared the seats evenly. Guarded by the level's lock.
final class RequestQueue {
    final Deque<Waiter> waiting = new ArrayDeque<>();
    int waitingSeats;
    int executing;
    int seatsInUse;
    /// The virtual time, in seat seconds, at which what this queue has been given so far ends.
    double end;

    /// A request that waits, on its own thread.
    static final class Waiter {
        final Thread thread = Thread.currentThread();
        final RequestQueue queue;
        final int seats;
        final double start;
        volatile boolean dispatched;

        Waiter(RequestQueue queue, int seats, double start) {
            this.queue = queue;
            this.seats = seats;
            this.start = start;
        }
    }

    Waiter add(int seats, double virtualTime, double estimatedSeconds) {
        Waiter waiter = new Waiter(this, seats, Math.max(virtualTime, end));
        end = waiter.start + seats * estimatedSeconds;
        waiting.addLast(waiter);
        waitingSeats += seats;
        return waiter;
    }

    boolean remove(Waiter waiter) {
        boolean waited = waiting.remove(waiter);
        if (waited) {
            waitingSeats -= waiter.seats;
        }
        return waited;
    }

    @Nullable Waiter head() {
        return waiting.peekFirst();
    }
}
