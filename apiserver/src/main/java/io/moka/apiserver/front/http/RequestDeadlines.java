package io.moka.apiserver.front.http;

import io.moka.machinery.thread.NeededThread;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Enforces the time limits of requests by interrupting their threads. One thread checks all running requests, ten times a second while there are any.
final class RequestDeadlines implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// The time limit of a running request.
    static final class Deadline {
        final long atNanos;
        private final Thread worker = Thread.currentThread();
        // Guarded by this. done: the worker is not interrupted any more. passed: it has been interrupted, once; implies done.
        private boolean done;
        private boolean passed;

        private Deadline(long atNanos) {
            this.atNanos = atNanos;
        }

        synchronized boolean passed() {
            return passed;
        }

        private synchronized void pass() {
            if (!done) {
                passed = true;
                done = true;
                worker.interrupt();
            }
        }

        private synchronized void finish() {
            done = true;
        }
    }

    private final Set<Deadline> running = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanoTime;
    private final Thread watcher = NeededThread.unstartedPlatform("request-deadlines", this::watch);
    // true while the watcher is parked, or about to park, because no request runs; begin must then unpark it
    private volatile boolean idle;
    private volatile boolean closed;

    /// Uses the system's clock and starts the thread that checks the requests.
    RequestDeadlines() {
        this(System::nanoTime);
        watcher.start();
    }

    /// Checks the requests only when [#look] is called.
    RequestDeadlines(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    Deadline begin(Duration allowed) {
        Deadline deadline = new Deadline(nanoTime.getAsLong() + allowed.toNanos());
        running.add(deadline);
        if (idle) {
            LockSupport.unpark(watcher);
        }
        return deadline;
    }

    /// Ends a time limit; to be called by the thread that began it. It may be interrupted until
    /// this returns, but not afterwards; a pending interrupt is cleared.
    void end(Deadline deadline) {
        running.remove(deadline);
        deadline.finish();
        if (deadline.passed()) {
            boolean ignored = Thread.interrupted();
        }
    }

    /// Whether no request is running.
    boolean none() {
        return running.isEmpty();
    }

    private void watch() {
        while (!closed) {
            idle = true;
            if (running.isEmpty()) {
                LockSupport.park(this);
            }
            idle = false;
            interruptLate();
            LockSupport.parkNanos(this, TICK_NANOS);
        }
    }

    /// Interrupts the requests whose time limit has passed.
    void interruptLate() {
        long now = nanoTime.getAsLong();
        for (Deadline deadline : running) {
            if (deadline.atNanos - now <= 0) {
                deadline.pass();
                running.remove(deadline);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watcher);
    }
}
