package io.moka.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConditionWritesTest {

    private static final long PATIENCE_SECONDS = 30;

    @Test
    void oneWriteOfAPodIsMadeAtATimeAndTheLatestIsKept() throws Exception {
        var begun = new Semaphore(0);
        var gate = new CountDownLatch(1);
        var written = new CopyOnWriteArrayList<String>();
        var writes = new ConditionWrites<String>(message -> {
            written.add(message);
            begun.release();
            await(gate);
        });
        writes.submit("u1", "first");
        assertTrue(begun.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS));

        for (int i = 0; i < 100; i++) {
            writes.submit("u1", "later " + i);
        }
        writes.submit("u2", "other");
        assertTrue(begun.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(List.of("first", "other"), written);
        gate.countDown();

        assertTrue(begun.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(List.of("first", "other", "later 99"), written);
    }

    @Test
    void threadsAreBoundedAndAFailureEndsNone() throws Exception {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var left = new CountDownLatch(2_000);
        var writes = new ConditionWrites<Integer>(number -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            Thread.yield();
            running.decrementAndGet();
            left.countDown();
            if (number % 2 == 0) {
                throw new IllegalStateException("refused");
            }
        });

        for (int i = 0; i < 2_000; i++) {
            writes.submit("u" + i, i);
        }

        assertTrue(left.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(most.get() <= ConditionWrites.THREADS, () -> most + " at once");
    }

    private static void await(CountDownLatch gate) {
        try {
            assertTrue(gate.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
