package io.moka.machinery.workqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.testing.Await;
import io.moka.machinery.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The order, the delays and the back-off of keys, and several threads at once.
class WorkQueueTest {

    private final WorkQueue<String> queue = new WorkQueue<>();

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
        var numbers = new WorkQueue<Integer>();
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

    @Test
    void aDelayedKeyWaitsForTheClockItIsGiven() throws InterruptedException {
        var time = new VirtualTime();
        var timed = new WorkQueue<String>(time);
        timed.addAfter("hour", Duration.ofHours(1));
        var taken = new CompletableFuture<String>();
        var taker = Thread.ofVirtual().start(() -> {
            try {
                taken.complete(timed.take());
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        time.pass(Duration.ofMinutes(59));
        assertEquals(0, timed.depth());
        time.pass(Duration.ofMinutes(1));
        assertEquals("hour", taken.join());
        taker.join();
    }

    @Test
    void anInstantComesWhenTheWallClockIsSetToIt() throws InterruptedException {
        var time = new VirtualTime();
        var timed = new WorkQueue<String>(time);
        var noon = time.instant().plus(Duration.ofHours(12));
        timed.addAt("noon", noon);
        timed.addAt("noon", noon.plusSeconds(1));
        timed.addAfter("tea", Duration.ofHours(16));
        time.setWallClock(noon);
        assertEquals("noon", timed.take());
        timed.done("noon");
        time.setWallClock(noon.plus(Duration.ofDays(2)));
        time.pass(Duration.ofHours(16));
        assertEquals("tea", timed.take(), "a delay is of the monotonic clock, which nobody sets");
    }

    @Test
    void ofSeveralInstantsTheEarliestHolds() throws InterruptedException {
        var time = new VirtualTime();
        var timed = new WorkQueue<String>(time);
        timed.addAt("a", time.instant().plusSeconds(100));
        timed.addAt("a", time.instant().plusSeconds(10));
        time.pass(Duration.ofSeconds(10));
        assertEquals("a", timed.take());
        timed.done("a");
        time.pass(Duration.ofSeconds(90));
        timed.add("b");
        assertEquals("b", timed.take());
        assertEquals(0, timed.depth());
    }

    /// Whether a delayed key may be taken now; another key is taken to find out.
    private static boolean isDue(WorkQueue<String> timed) throws InterruptedException {
        timed.add("probe");
        assertEquals("probe", timed.take());
        timed.done("probe");
        return timed.depth() > 0;
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 5", "2, 0, 10", "5, 0, 80", "14, 0, 40960", "15, 0, 60000", "50, 0, 60000", "1, 30000, 30000", "15, 30000, 60000", "1, 3600000, 60000", "1, -1000, 5"})
    void aFailedKeyComesBackAfterItsOwnPauseOrTheServers(int failures, long askedMillis, long pauseMillis) throws InterruptedException {
        var time = new VirtualTime();
        var timed = new WorkQueue<String>(time);
        for (int i = 1; i < failures; i++) {
            timed.addRateLimited("a");
            time.pass(Duration.ofMinutes(1));
            assertEquals("a", timed.take());
            timed.done("a");
        }
        timed.addRateLimited("a", Duration.ofMillis(askedMillis));
        time.pass(Duration.ofMillis(pauseMillis - 1));
        assertFalse(isDue(timed));
        time.pass(Duration.ofMillis(1));
        assertTrue(isDue(timed));
        assertEquals(failures, timed.failures("a"));
    }

    @Test
    void delayedKeysComeInTheOrderOfTheirTimes() throws InterruptedException {
        var time = new VirtualTime();
        var timed = new WorkQueue<String>(time);
        for (int seconds : new int[] {50, 20, 40, 10, 30}) {
            timed.addAfter("after " + seconds, Duration.ofSeconds(seconds));
        }
        timed.add("now");
        time.pass(Duration.ofSeconds(45));
        for (var expected : new String[] {"now", "after 10", "after 20", "after 30", "after 40"}) {
            assertEquals(expected, timed.take());
        }
        assertFalse(isDue(timed));
    }

    @Test
    void aDelayedKeyThatIsAddedMeanwhileComesTwiceAtMost() throws InterruptedException {
        var time = new VirtualTime();
        var timed = new WorkQueue<String>(time);
        timed.addAfter("a", Duration.ofSeconds(10));
        timed.add("a");
        assertEquals("a", timed.take());
        time.pass(Duration.ofSeconds(10));
        assertFalse(isDue(timed), "a key in work is not handed out");
        timed.done("a");
        assertEquals(1, timed.depth(), "its time came while it was in work");
        assertEquals("a", timed.take());
        timed.done("a");
        time.pass(Duration.ofDays(1));
        assertFalse(isDue(timed));
    }

    @Test
    void pausesWithJitterLieBetweenHalfAndTheWhole() {
        var backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
        for (long whole : new long[] {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000}) {
            long millis = backoff.nextJittered().toMillis();
            assertTrue(millis >= whole / 2 && millis <= whole, millis + " of " + whole);
        }
    }
}
