package io.moka.conformance;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits until a condition holds, with a deadline.
public final class Eventually {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private Eventually() {
    }

    /// @return the first value that met the condition
    public static <T> T see(String what, Supplier<T> look, Predicate<T> wanted) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            T seen = look.get();
            if (wanted.test(seen)) {
                return seen;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come about; last seen: " + seen);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
