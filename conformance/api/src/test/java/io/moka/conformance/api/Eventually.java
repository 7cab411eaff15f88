package io.moka.conformance.api;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits until a condition holds, with a deadline.
final class Eventually {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private Eventually() {}

    static void holds(String what, BooleanSupplier condition) {
        holds(what, PATIENCE_NANOS, condition);
    }

    static void holds(String what, long patienceNanos, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patienceNanos;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain until " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
