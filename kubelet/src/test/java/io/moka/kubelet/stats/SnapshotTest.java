package io.moka.kubelet.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moka.kubelet.runtime.RuntimeFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicInteger readings = new AtomicInteger();
    private final CountDownLatch open = new CountDownLatch(1);

    private Snapshot<Integer> snapshot(Duration deadline) {
        return new Snapshot<>(readings::incrementAndGet, Duration.ofSeconds(1), deadline, now::get);
    }

    @Test
    void answerIsKeptForASecond() {
        var snapshot = snapshot(Duration.ofSeconds(60));
        assertEquals(1, snapshot.get());
        now.set(now.get().plusMillis(999));
        assertEquals(1, snapshot.get());
        now.set(now.get().plusMillis(1));
        assertEquals(2, snapshot.get());
        assertEquals(3, snapshot.fresh());
        assertEquals(3, snapshot.get());
    }

    @Test
    void clockThatIsSetBackLeadsToANewReading() {
        var snapshot = snapshot(Duration.ofSeconds(60));
        assertEquals(1, snapshot.get());
        now.set(now.get().minusSeconds(3600));
        assertEquals(2, snapshot.get());
    }

    private int slowAfterTheFirst() {
        if (readings.incrementAndGet() > 1) {
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return readings.get();
    }

    @Test
    void readingThatHangsIsGivenUpAndTheOneBeforeGivenAgain() {
        var snapshot = new Snapshot<>(this::slowAfterTheFirst, Duration.ofSeconds(1), Duration.ofSeconds(2), now::get);
        assertEquals(1, snapshot.get());
        now.set(now.get().plusSeconds(2));
        assertEquals(1, snapshot.get());
        assertEquals(1, snapshot.get());
        assertEquals(2, readings.get(), "no other reading is begun beside the one that hangs");
        open.countDown();
        assertEquals(2, snapshot.get());
    }

    @Test
    void firstReadingThatHangsIsAnError() {
        readings.set(1);
        var snapshot = new Snapshot<>(this::slowAfterTheFirst, Duration.ofSeconds(1), Duration.ofMillis(50), now::get);
        assertEquals("the node was not measured within 0s", assertThrows(RuntimeFailure.class, snapshot::get).getMessage());
        open.countDown();
    }

    @Test
    void errorOfAReadingIsPassedOn() {
        var snapshot = new Snapshot<Integer>(() -> {
            throw new IllegalStateException("broken");
        }, Duration.ofSeconds(1), Duration.ofSeconds(60), now::get);
        assertEquals("broken", assertThrows(IllegalStateException.class, snapshot::get).getMessage());
    }
}
