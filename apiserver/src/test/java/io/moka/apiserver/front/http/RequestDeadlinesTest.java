package io.moka.apiserver.front.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The test's thread is the request's; the clock is moved by hand.
final class RequestDeadlinesTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 500);
    private final RequestDeadlines deadlines = new RequestDeadlines(now::get);

    @AfterEach
    void clear() {
        boolean ignored = Thread.interrupted();
    }

    @Test
    void requestIsInterruptedWhenItsTimeIsOverAndNotBefore() {
        var deadline = deadlines.begin(Duration.ofNanos(1000));
        now.addAndGet(999);
        deadlines.interruptLate();
        assertFalse(deadline.passed());
        assertFalse(Thread.currentThread().isInterrupted());
        now.addAndGet(1);
        deadlines.interruptLate();
        assertTrue(deadline.passed());
        assertTrue(Thread.currentThread().isInterrupted());
    }

    @Test
    void requestThatHasEndedIsNotInterruptedWhileItsAnswerIsWritten() {
        var deadline = deadlines.begin(Duration.ofNanos(10));
        deadlines.end(deadline);
        now.addAndGet(10);
        deadlines.interruptLate();
        assertFalse(deadline.passed());
        assertFalse(Thread.currentThread().isInterrupted());
        assertTrue(deadlines.none());
    }

    @Test
    void interruptThatCameIsClearedAtTheEndSoThatTheAnswerAndTheAuditAreWritten() {
        var deadline = deadlines.begin(Duration.ofNanos(10));
        now.addAndGet(10);
        deadlines.interruptLate();
        deadlines.end(deadline);
        assertTrue(deadline.passed(), "the answer is that it was late");
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void anothersInterruptIsLeftAlone() {
        var deadline = deadlines.begin(Duration.ofNanos(10));
        Thread.currentThread().interrupt();
        deadlines.end(deadline);
        assertTrue(Thread.currentThread().isInterrupted());
    }

    @Test
    void requestsHaveTheirOwnDeadlines() {
        var shorter = deadlines.begin(Duration.ofNanos(10));
        var longer = deadlines.begin(Duration.ofNanos(20));
        now.addAndGet(10);
        deadlines.interruptLate();
        assertTrue(shorter.passed());
        assertFalse(longer.passed());
        assertFalse(deadlines.none());
        deadlines.end(longer);
        assertTrue(deadlines.none());
    }

    @Test
    void sleepingWatcherIsWokenByANewRequest() throws Exception {
        try (RequestDeadlines running = new RequestDeadlines()) {
            for (int round = 0; round < 3; round++) {
                CountDownLatch interrupted = new CountDownLatch(1);
                Thread request = Thread.startVirtualThread(() -> {
                    running.begin(Duration.ofMillis(1));
                    try {
                        new CountDownLatch(1).await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException late) {
                        interrupted.countDown();
                    }
                });
                assertTrue(interrupted.await(30, TimeUnit.SECONDS));
                request.join();
            }
        }
    }
}
