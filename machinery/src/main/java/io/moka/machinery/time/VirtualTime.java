package io.moka.machinery.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;

/// A clock that stands still until a test moves it, and the sleepers and queues that it wakes.
public final class VirtualTime implements TimeSource {

    private static final long PATIENCE_MILLIS = 30_000;

    // guarded by this: when each sleeping thread wakes
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<Instant> asleep = new ArrayList<>();
    // guarded by this: how far the wall clock was set away from the monotonic one
    private Duration set = Duration.ZERO;
    private final List<Runnable> wakers = new CopyOnWriteArrayList<>();

    @Override
    public synchronized Instant instant() {
        return now.plus(set);
    }

    @Override
    public synchronized long nanos() {
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    @Override
    public void await(Condition condition, long nanos) throws InterruptedException {
        condition.await();
    }

    @Override
    public void onJump(Runnable wake) {
        wakers.add(wake);
    }

    /// Lets time pass on both clocks, whether any thread sleeps or not.
    public void pass(Duration duration) {
        synchronized (this) {
            now = now.plus(duration);
            asleep.removeIf(wakeAt -> !wakeAt.isAfter(now));
            notifyAll();
        }
        wakers.forEach(Runnable::run);
    }

    /// Sets the wall clock forwards, or back; the monotonic clock stands.
    public void setWallClock(Instant instant) {
        synchronized (this) {
            set = Duration.between(now, instant);
        }
        wakers.forEach(Runnable::run);
    }

    @Override
    public synchronized void sleep(Duration duration) throws InterruptedException {
        var wakeAt = now.plus(duration);
        asleep.add(wakeAt);
        notifyAll();
        try {
            while (now.isBefore(wakeAt)) {
                wait();
            }
        } finally {
            asleep.remove(wakeAt);
            notifyAll();
        }
    }

    /// Waits until so many threads sleep, then lets time pass.
    public void passOnceAsleep(int sleepers, Duration duration) {
        synchronized (this) {
            awaitAsleep(sleepers);
            now = now.plus(duration);
            asleep.removeIf(wakeAt -> !wakeAt.isAfter(now));
            notifyAll();
        }
        wakers.forEach(Runnable::run);
    }

    /// Waits until exactly so many threads sleep.
    public synchronized void awaitAsleep(int sleepers) {
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        try {
            while (asleep.size() != sleepers) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError(asleep.size() + " threads sleep, not " + sleepers);
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
