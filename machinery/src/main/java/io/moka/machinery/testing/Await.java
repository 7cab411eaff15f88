package io.moka.machinery.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for a condition that other threads make true.
public final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long PAUSE_NANOS = 2_000_000;

    private Await() {
    }

    /// Returns once the condition holds; fails if it does not come to hold.
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("has not come about in " + PATIENCE.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
