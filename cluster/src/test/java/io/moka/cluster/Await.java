package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// Waits until a condition holds, and fails after a minute.
final class Await {

    private static final long LIMIT_NANOS = 60_000_000_000L;
    private static final long PAUSE_NANOS = 10_000_000;

    private Await() {
    }

    interface Condition {

        boolean holds() throws IOException;
    }

    /// @param what the condition in words, for the failure's message
    static void until(String what, Condition condition) throws IOException {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
