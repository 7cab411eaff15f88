package io.moka.apiserver.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Ends requests that take too long, by interrupting their threads. One thread looks at all of them, ten times a second while there are any.
final class RequestDeadlines implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// A request that is being worked on.
    static final class Deadline {
        final long atNanos;
        private final Thread worker = Thread.currentThread();
        // guarded by this
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
    private final Thread watcher = Thread.ofPlatform().name("request-deadlines").daemon().unstarted(this::watch);
    private volatile boolean idle;
    private volatile boolean closed;

    RequestDeadlines() {
        watcher.start();
    }

    Deadline begin(Duration allowed) {
        Deadline deadline = new Deadline(System.nanoTime() + allowed.toNanos());
        running.add(deadline);
        if (idle) {
            LockSupport.unpark(watcher);
        }
        return deadline;
    }

    void end(Deadline deadline) {
        running.remove(deadline);
        deadline.finish();
    }

    /// Whether no request is being worked on.
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
            long now = System.nanoTime();
            for (Deadline deadline : running) {
                if (deadline.atNanos - now <= 0) {
                    deadline.pass();
                    running.remove(deadline);
                }
            }
            LockSupport.parkNanos(this, TICK_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watcher);
    }
}
