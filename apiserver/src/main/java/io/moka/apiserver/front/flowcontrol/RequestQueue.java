package io.moka.apiserver.front.flowcontrol;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One of the queues of a priority level, served in turn by virtual time. Guarded by the level's lock.
final class RequestQueue {
    final Deque<Waiter> waiting = new ArrayDeque<>();
    int waitingSeats;
    int executing;
    int seatsInUse;
    /// The virtual time, in seat seconds, at which the next request of this queue would start if all queues shared the seats evenly. Undefined
    /// while the queue is idle.
    double nextStart;

    /// Whether no request waits in this queue, and none from it is being processed.
    boolean idle() {
        return waiting.isEmpty() && executing == 0;
    }

    /// Activates an idle queue at the present virtual time: neither earlier work nor the idle time counts.
    void activate(double virtualTime) {
        if (idle()) {
            nextStart = virtualTime;
        }
    }

    /// A waiting request, with its thread.
    static final class Waiter {
        final Thread thread = Thread.currentThread();
        final RequestQueue queue;
        final int seats;
        // written before `dispatched`
        long begunNanos;
        volatile boolean dispatched;

        Waiter(RequestQueue queue, int seats) {
            this.queue = queue;
            this.seats = seats;
        }
    }

    Waiter add(int seats) {
        Waiter waiter = new Waiter(this, seats);
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
