package io.moka.machinery.workqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.client.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final WorkQueue<String> queue = new WorkQueue<>("test");

    @Test
    void keysComeInTheOrderTheyWereAdded() throws InterruptedException {
        queue.add("a");
        queue.add("b");
        queue.add("a");
        assertEquals(2, queue.depth());
        assertEquals("a", queue.take());
        assertEquals("b", queue.take());
        assertEquals(0, queue.depth());
    }

    @Test
    void addWhileProcessingIsRequeuedOnce() throws InterruptedException {
        queue.add("a");
        assertEquals("a", queue.take());
        queue.add("a");
        queue.add("a");
        assertEquals(0, queue.depth(), "a key in work is never handed out a second time");
        queue.done("a");
        assertEquals(1, queue.depth());
        assertEquals("a", queue.take());
        queue.done("a");
        assertEquals(0, queue.depth());
    }

    @Test
    void aDelayedKeyComesWhenItsTimeIsOver() throws InterruptedException {
        long start = System.nanoTime();
        queue.addAfter("late", Duration.ofMillis(60));
        queue.addAfter("early", Duration.ofMillis(20));
        assertEquals(0, queue.depth());
        assertEquals("early", queue.take());
        assertEquals("late", queue.take());
        assertTrue(System.nanoTime() - start >= 60_000_000L);
    }

    @Test
    void ofSeveralDelaysTheShortestHoldsAndTheKeyComesOnce() throws InterruptedException {
        queue.addAfter("a", Duration.ofHours(1));
        queue.addAfter("a", Duration.ofMillis(5));
        queue.addAfter("a", Duration.ofHours(2));
        assertEquals("a", queue.take());
        queue.done("a");
        assertEquals(0, queue.depth());
    }

    @Test
    void aDelayOfNothingIsAnAdd() {
        queue.addAfter("a", Duration.ZERO);
        queue.addAfter("b", Duration.ofSeconds(-1));
        assertEquals(2, queue.depth());
    }

    @Test
    void failuresAreCountedUntilForgotten() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            queue.addRateLimited("a");
            assertEquals("a", queue.take());
            queue.done("a");
        }
        assertEquals(4, queue.failures("a"));
        queue.forget("a");
        assertEquals(0, queue.failures("a"));
    }

    @Test
    void pausesDoubleUpToTheLongest() {
        var shortest = Duration.ofMillis(5);
        var longest = Duration.ofSeconds(60);
        assertEquals(shortest, Backoff.delay(shortest, longest, 0));
        assertEquals(Duration.ofMillis(40), Backoff.delay(shortest, longest, 3));
        assertEquals(longest, Backoff.delay(shortest, longest, 20));
        assertEquals(longest, Backoff.delay(shortest, longest, 1_000_000));
        var backoff = new Backoff(shortest, longest);
        backoff.next();
        assertEquals(Duration.ofMillis(10), backoff.next());
        backoff.reset();
        assertEquals(shortest, backoff.next());
    }

    @Test
    void closeWakesAllWhoWaitAndIgnoresWhatComesLater() throws InterruptedException {
        var ended = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            Thread.ofVirtual().start(() -> {
                try {
                    assertNull(queue.take());
                    ended.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        queue.close();
        Await.until("all workers ended", () -> ended.getCount() == 0);
        queue.add("a");
        queue.addAfter("b", Duration.ofNanos(1));
        assertEquals(0, queue.depth());
        assertNull(queue.take());
    }

    @Test
    void manyThreadsLoseNothingAndNeverShareAKey() throws InterruptedException {
        int keys = 50;
        int adders = 4;
        int rounds = 2_000;
        var numbers = new WorkQueue<Integer>("numbers");
        var wanted = new AtomicIntegerArray(keys);
        var seen = new AtomicIntegerArray(keys);
        var inWork = ConcurrentHashMap.<Integer>newKeySet();
        var collisions = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            Thread.ofVirtual().start(() -> work(numbers, wanted, seen, inWork, collisions));
        }
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < adders; i++) {
            int seed = i;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int round = 0; round < rounds; round++) {
                    int key = (round * 31 + seed * 7) % keys;
                    wanted.incrementAndGet(key);
                    if (round % 3 == 0) {
                        numbers.addAfter(key, Duration.ofNanos(round * 100L));
                    } else {
                        numbers.add(key);
                    }
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        for (int key = 0; key < keys; key++) {
            int k = key;
            Await.until("the last state of key " + k + " was seen", () -> seen.get(k) == adders * rounds / keys);
        }
        assertEquals(0, collisions.get());
        numbers.close();
    }

    /// Level-triggered, as a reconciler is: notes the state that it finds.
    private static void work(WorkQueue<Integer> queue, AtomicIntegerArray wanted, AtomicIntegerArray seen, Set<Integer> inWork, AtomicInteger collisions) {
        try {
            for (var key = queue.take(); key != null; key = queue.take()) {
                if (!inWork.add(key)) {
                    collisions.incrementAndGet();
                }
                seen.set(key, wanted.get(key));
                Thread.yield();
                inWork.remove(key);
                queue.done(key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
