package io.moka.apiserver.front.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.front.flowcontrol.PriorityLevel.Entry;
import io.moka.apiserver.testing.TestServer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Seats, queues and turns of one priority level.
final class PriorityLevelTest {
    private final BlockingQueue<String> served = new LinkedBlockingQueue<>();

    private static LevelSpec spec(int queues, int handSize, int length) {
        return new LevelSpec("test", "", false, 10, 0, -1, queues, handSize, length);
    }

    private static PriorityLevel level(int limit, LevelSpec spec) {
        return new PriorityLevel(spec, limit, (level, seats) -> false);
    }

    private static long inSeconds(int seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    private static Runnable seat(PriorityLevel level, long flow, int seats) {
        return switch (level.enter(flow, seats, inSeconds(10))) {
            case Entry.Seated(Runnable release) -> release;
            case Entry.Refused(String reason) -> throw new AssertionError(reason);
        };
    }

    private static String refusal(PriorityLevel level, long waitUntil) {
        return switch (level.enter(1, 1, waitUntil)) {
            case Entry.Seated ignored -> "seated";
            case Entry.Refused(String reason) -> reason;
        };
    }

    /// Somebody who waits for a seat, notes that they got one, and gives it up at once.
    private void come(PriorityLevel level, long flow, String name) {
        int waiting = level.waiting();
        Thread.ofVirtual().start(() -> {
            Runnable release = seat(level, flow, 1);
            served.add(name);
            release.run();
        });
        TestServer.await(name + " waits", () -> level.waiting() > waiting);
    }

    @Test
    void aQuietFlowDoesNotWaitForAllOfANoisyOne() throws InterruptedException {
        PriorityLevel level = level(1, spec(64, 1, 50));
        Runnable first = seat(level, ShuffleSharding.hash("s", "noisy"), 1);
        long noisy = ShuffleSharding.hash("s", "noisy");
        long quiet = distinctFrom(noisy);
        for (int i = 0; i < 20; i++) {
            come(level, noisy, "noisy");
        }
        come(level, quiet, "quiet");
        first.run();
        int before = 0;
        while (!"quiet".equals(served.poll(10, TimeUnit.SECONDS))) {
            before++;
        }
        assertTrue(before <= 2, before + " noisy requests went before the quiet one");
        TestServer.await("all are served", () -> level.executing() == 0 && level.waiting() == 0);
        assertEquals(0, level.seatsInUse());
    }

    /// The seats that were free cost nobody anything: a flow that has used the server alone is served like a flow that comes new.
    @Test
    void useOfFreeSeatsIsNotHeldAgainstAFlow() throws InterruptedException {
        AtomicLong clock = new AtomicLong();
        PriorityLevel level = new PriorityLevel(spec(64, 1, 50), 1, (borrower, seats) -> false, clock::get);
        long earlier = ShuffleSharding.hash("s", "earlier");
        long later = distinctFrom(earlier);
        for (int i = 0; i < 100; i++) {
            Runnable alone = seat(level, earlier, 1);
            clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
            alone.run();
        }
        Runnable busy = seat(level, distinctFrom(later), 1);
        for (int i = 0; i < 3; i++) {
            come(level, later, "later");
        }
        for (int i = 0; i < 3; i++) {
            come(level, earlier, "earlier");
        }
        busy.run();
        List<String> first = List.of(next(), next(), next(), next());
        assertEquals(2, first.stream().filter("earlier"::equals).count(), first.toString());
    }

    /// A flow whose requests take long waits longer for its next turn.
    @Test
    void timeThatRequestsTakeCounts() throws InterruptedException {
        AtomicLong clock = new AtomicLong();
        PriorityLevel level = new PriorityLevel(spec(64, 1, 50), 2, (borrower, seats) -> false, clock::get);
        long dear = ShuffleSharding.hash("s", "dear");
        long cheap = distinctFrom(dear);
        Runnable one = seat(level, dear, 1);
        Runnable other = seat(level, dear, 1);
        come(level, dear, "dear");
        come(level, cheap, "cheap");
        come(level, cheap, "cheap");
        clock.addAndGet(TimeUnit.SECONDS.toNanos(10));
        one.run();
        assertEquals(List.of("cheap", "cheap", "dear"), List.of(next(), next(), next()));
        other.run();
    }

    private String next() throws InterruptedException {
        return String.valueOf(served.poll(30, TimeUnit.SECONDS));
    }

    /// A request that gave up has cost its queue nothing.
    @Test
    void requestThatGaveUpIsNotCharged() {
        PriorityLevel level = level(1, spec(1, 1, 10));
        Runnable first = seat(level, 1, 1);
        String before = level.describeQueues();
        assertEquals("time-out", refusal(level, System.nanoTime()));
        assertEquals(before, level.describeQueues());
        first.run();
    }

    private static long distinctFrom(long flow) {
        long other = flow + 1;
        while (ShuffleSharding.deal(other, 64, 1)[0] == ShuffleSharding.deal(flow, 64, 1)[0]) {
            other++;
        }
        return other;
    }

    @Test
    void wideRequestsTakeSeveralSeats() {
        PriorityLevel level = level(4, spec(4, 2, 10));
        Runnable wide = seat(level, 1, 3);
        Runnable narrow = seat(level, 2, 1);
        assertEquals(4, level.seatsInUse());
        assertEquals("time-out", refusal(level, System.nanoTime()));
        narrow.run();
        wide.run();
        seat(level, 1, 100).run();
        assertEquals(0, level.seatsInUse());
    }

    @Test
    void aFullQueueRefuses() {
        PriorityLevel level = level(1, spec(1, 1, 2));
        Runnable first = seat(level, 1, 1);
        come(level, 1, "a");
        come(level, 1, "b");
        assertEquals("queue-full", refusal(level, inSeconds(10)));
        first.run();
        TestServer.await("both are served", () -> served.size() == 2);
        assertEquals(1, level.rejected.sum());
    }

    @Test
    void waitingHasAnEndAndLeavesNothingBehind() {
        PriorityLevel level = level(1, spec(8, 2, 10));
        Runnable first = seat(level, 1, 1);
        assertEquals("time-out", refusal(level, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50)));
        assertEquals(0, level.waiting());
        first.run();
        seat(level, 1, 1).run();
        assertEquals(1, level.timedOut.sum());
    }

    @Test
    void withoutQueuesWhatFindsNoSeatIsRefused() {
        PriorityLevel level = level(1, spec(0, 1, 1));
        Runnable first = seat(level, 1, 1);
        assertEquals("concurrency-limit", refusal(level, inSeconds(10)));
        first.run();
    }

    @Test
    void whatIsExemptNeverWaits() {
        PriorityLevel level = level(0, new LevelSpec("exempt", "", true, 0, 0, -1, 0, 0, 0));
        List<Runnable> all = List.of(seat(level, 1, 1), seat(level, 1, 1), seat(level, 1, 1));
        assertEquals(3, level.executing());
        all.forEach(Runnable::run);
        assertEquals(0, level.executing());
    }

    @Test
    void seatsAreBorrowedWhileTheyAreLent() {
        boolean[] lent = {true};
        PriorityLevel level = new PriorityLevel(spec(4, 2, 10), 1, (borrower, seats) -> lent[0]);
        Runnable own = seat(level, 1, 1);
        Runnable borrowed = seat(level, 1, 1);
        assertEquals(1, level.borrowed());
        lent[0] = false;
        assertEquals("time-out", refusal(level, System.nanoTime()));
        borrowed.run();
        own.run();
    }

    @Test
    void moreSeatsLetThoseInWhoWait() {
        PriorityLevel level = level(1, spec(4, 2, 10));
        Runnable first = seat(level, 1, 1);
        come(level, 1, "a");
        level.configure(spec(8, 2, 10), 2);
        TestServer.await("a is served", () -> served.contains("a"));
        first.run();
    }

    @Test
    void handsAreAlwaysTheSameAndWithoutRepetition() {
        for (int flow = 0; flow < 1000; flow++) {
            long hash = ShuffleSharding.hash("schema", "flow-" + flow);
            int[] hand = ShuffleSharding.deal(hash, 16, 6);
            assertEquals(6, Arrays.stream(hand).distinct().count());
            assertTrue(Arrays.stream(hand).allMatch(card -> card >= 0 && card < 16));
            assertEquals(Arrays.toString(hand), Arrays.toString(ShuffleSharding.deal(hash, 16, 6)));
        }
    }

    @Test
    void handsAreSpreadEvenly() {
        int[] dealt = new int[64];
        for (int flow = 0; flow < 10_000; flow++) {
            for (int card : ShuffleSharding.deal(ShuffleSharding.hash("schema", "flow-" + flow), 64, 6)) {
                dealt[card]++;
            }
        }
        assertTrue(Arrays.stream(dealt).allMatch(count -> count > 700 && count < 1200), Arrays.toString(dealt));
    }
}
