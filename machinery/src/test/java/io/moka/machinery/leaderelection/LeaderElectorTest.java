package io.moka.machinery.leaderelection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.testing.Await;
import io.moka.machinery.client.Json;
import io.moka.machinery.testing.ScriptedServer;
import io.moka.machinery.time.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeaderElectorTest {

    private final AtomicLong jump = new AtomicLong();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final List<Thread> threads = new ArrayList<>();

    private ScriptedServer server;
    private ApiClient client;
    private volatile boolean refuseWrites;

    // guarded by this: the one lease
    private ObjectNode lease;
    private int revision;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer((request, reply) -> {
            synchronized (this) {
                answer(request, reply);
            }
        });
        client = server.client();
    }

    private void answer(ScriptedServer.Request request, ScriptedServer.Reply reply) throws IOException {
        if (request.method().equals("GET")) {
            if (lease == null) {
                reply.status(404, "NotFound", "no lease");
            } else {
                reply.json(200, lease.toString());
            }
            return;
        }
        var written = (ObjectNode) Json.mapper().readTree(request.body());
        boolean stale = lease != null && !lease.at("/metadata/resourceVersion").equals(written.at("/metadata/resourceVersion"));
        if (refuseWrites || stale) {
            reply.status(409, "Conflict", "changed");
        } else {
            ((ObjectNode) written.get("metadata")).put("resourceVersion", Integer.toString(++revision));
            lease = written;
            reply.json(200, lease.toString());
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (var thread : threads) {
            thread.interrupt();
            thread.join();
        }
        client.close();
        server.close();
    }

    private Thread acquiring(String identity) {
        return running(() -> elector(identity).acquire());
    }

    private LeaderElector elector(String identity) {
        return new LeaderElector(client, "kube-system", "test", holder(identity), clock, this::nanos, Sleeper.SYSTEM, LeaderElector.Times.STANDARD);
    }

    /// Of a machine that is not this one, so that nobody can look whether the process still lives.
    private static HolderIdentity holder(String name) {
        return new HolderIdentity(name, "0000000000000000", 1, 1);
    }

    private long nanos() {
        return Duration.between(Instant.EPOCH, now).toNanos() + jump.get();
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private Thread running(Work work) {
        var thread = Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        threads.add(thread);
        return thread;
    }

    private synchronized String spec(String field) {
        return lease.path("spec").path(field).asText();
    }

    @Test
    void theFirstLeadsAndTheSecondWaitsUntilTheLeaseHasRunOut() throws InterruptedException {
        elector("one").acquire();
        assertEquals(holder("one").toString(), spec("holderIdentity"));
        assertEquals("12", spec("leaseDurationSeconds"));
        var second = acquiring("two");
        Await.until("the second has looked", () -> server.requests().size() >= 6);
        assertTrue(second.isAlive());
        now = now.plusSeconds(11);
        int before = server.requests().size();
        Await.until("the second has looked again", () -> server.requests().size() >= before + 3);
        assertTrue(second.isAlive());
        now = now.plusSeconds(2);
        second.join();
        assertEquals(holder("two").toString(), spec("holderIdentity"));
        assertEquals("1", spec("leaseTransitions"));
    }

    @Test
    void aLeaderIsHealthyForAsLongAsOthersSeeItsLeaseAsValid() throws InterruptedException {
        var elector = elector("one");
        assertTrue(elector.isHealthy(), "a candidate");
        elector.acquire();
        now = now.plusSeconds(12);
        assertTrue(elector.isHealthy());
        now = now.plusSeconds(1);
        assertFalse(elector.isHealthy(), "the lease is over, and the process still runs");
    }

    @Test
    void aLeaderThatHasLostItsLeaseIsNotHealthy() throws InterruptedException {
        var elector = elector("one");
        elector.acquire();
        now = now.plusSeconds(10);
        assertTrue(elector.isHealthy());
        elector.holdUntilLost();
        assertFalse(elector.isHealthy());
    }

    @Test
    void theTimeThatACandidateNeedsToBecomeReadyCounts() throws InterruptedException {
        elector("one").acquire();
        var second = elector("two");
        second.observeOnce();
        now = now.plusSeconds(12);
        second.acquire();
        assertEquals(holder("two").toString(), spec("holderIdentity"));
    }

    @Test
    void aLeaseThatWasRenewedSinceTheCandidateObservedItIsNotTaken() throws InterruptedException {
        var first = elector("one");
        first.acquire();
        var second = elector("two");
        second.observeOnce();
        now = now.plusSeconds(8);
        first.acquire();
        now = now.plusSeconds(8);
        var waiting = running(second::acquire);
        int before = server.requests().size();
        Await.until("the second has looked", () -> server.requests().size() >= before + 3);
        assertTrue(waiting.isAlive());
        assertEquals(holder("one").toString(), spec("holderIdentity"));
    }

    @Test
    void aLeaseThatWasGivenUpIsTakenAtOnce() throws InterruptedException {
        var first = elector("one");
        first.acquire();
        first.release();
        assertEquals("", spec("holderIdentity"));
        elector("two").acquire();
        assertEquals(holder("two").toString(), spec("holderIdentity"));
        first.release();
        assertEquals(holder("two").toString(), spec("holderIdentity"), "nobody gives up another's lease");
    }

    @Test
    void aRenewedLeaseDoesNotRunOut() throws InterruptedException {
        var first = elector("one");
        first.acquire();
        var second = acquiring("two");
        for (int i = 0; i < 4; i++) {
            int before = server.requests().size();
            Await.until("the second has looked", () -> server.requests().size() >= before + 2);
            now = now.plusSeconds(6);
            first.acquire();
        }
        assertTrue(second.isAlive());
        assertEquals(holder("one").toString(), spec("holderIdentity"));
        assertEquals("0", spec("leaseTransitions"));
    }

    @Test
    void whoeverLeadsRenewsWithoutReadingFirst() throws InterruptedException {
        var leader = elector("one");
        leader.acquire();
        int before = server.requests().size();
        leader.acquire();
        assertEquals(List.of("PUT"), server.requests().stream().skip(before).map(ScriptedServer.Request::method).toList());
    }

    @Test
    void theSameIdentityLeadsAtOnceAfterARestart() throws InterruptedException {
        elector("one").acquire();
        var acquired = spec("acquireTime");
        now = now.plusSeconds(1);
        elector("one").acquire();
        assertEquals(acquired, spec("acquireTime"));
        assertFalse(acquired.equals(spec("renewTime")));
    }

    @Test
    void aLeaderThatCannotRenewGivesUpBeforeItsLeaseEnds() throws InterruptedException {
        var leader = elector("one");
        leader.acquire();
        var holding = running(leader::holdUntilLost);
        Await.until("renewed once", () -> revision() >= 2);
        refuseWrites = true;
        Await.until("given up", () -> {
            now = now.plusSeconds(1);
            return !holding.isAlive();
        });
        assertEquals(holder("one").toString(), spec("holderIdentity"));
    }

    /// The clock moves only while the leader sleeps, and no renewal succeeds; it stops by its deadline, with time left of its lease.
    @Test
    void aLeaderThatIsRefusedTriesAgainUntilItsDeadline() throws InterruptedException {
        var times = LeaderElector.Times.STANDARD;
        var leader = new LeaderElector(client, "kube-system", "test", holder("one"), clock, jump::get, duration -> jump.addAndGet(duration.toNanos()), times);
        leader.acquire();
        refuseWrites = true;
        int before = server.requests().size();
        leader.holdUntilLost();
        assertTrue(jump.get() >= times.renewDeadline().toNanos() && jump.get() < times.lease().minusSeconds(2).toNanos(), "stopped after " + jump.get() + " ns");
        assertTrue(server.requests().stream().skip(before).filter(request -> request.method().equals("PUT")).count() >= 3, "tried again");
    }

    /// With its clock at the end of the lease, the other needs one call, and its sleep ends at that moment and not a poll later.
    @Test
    void anotherSleepsUntilTheLeaseEndsAndThenWritesWithoutReading() throws InterruptedException {
        var times = LeaderElector.Times.STANDARD;
        elector("one").acquire();
        var second = new LeaderElector(client, "kube-system", "test", holder("two"), clock, jump::get, duration -> jump.addAndGet(duration.toNanos()), times);
        second.acquire();
        assertEquals(times.lease().toNanos(), jump.get());
        assertEquals(holder("two").toString(), spec("holderIdentity"));
        assertEquals("1", spec("leaseTransitions"));
        assertEquals("PUT", server.requests().getLast().method());
        var gets = server.requests().stream().skip(2).filter(request -> request.method().equals("GET")).count();
        assertEquals(server.requests().size() - 3, gets, "one write, and no read between the last sleep and it");
    }

    /// The holder has been started with longer times, as upstream's are: the lease says how long it is.
    @Test
    void theLeaseItselfSaysHowLongItIs() throws InterruptedException {
        var longer = new LeaderElector.Times(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
        new LeaderElector(client, "kube-system", "test", holder("one"), clock, this::nanos, Sleeper.SYSTEM, longer).acquire();
        assertEquals("15", spec("leaseDurationSeconds"));
        var second = new LeaderElector(client, "kube-system", "test", holder("two"), clock, jump::get, duration -> jump.addAndGet(duration.toNanos()),
                LeaderElector.Times.STANDARD);
        second.acquire();
        assertEquals(Duration.ofSeconds(15).toNanos(), jump.get());
    }

    /// The leader renews while the other tries to take a lease that has ended by the other's clock: one of them is refused.
    @Test
    void aLeaseThatWasRenewedAtTheLastMomentIsNotTaken() throws InterruptedException {
        var first = elector("one");
        first.acquire();
        var second = new LeaderElector(client, "kube-system", "test", holder("two"), clock, jump::get, duration -> {
            jump.addAndGet(duration.toNanos());
            if (jump.get() == LeaderElector.Times.STANDARD.lease().toNanos()) {
                first.acquire();
            }
        }, LeaderElector.Times.STANDARD);
        second.acquire();
        assertEquals(LeaderElector.Times.STANDARD.lease().multipliedBy(2).toNanos(), jump.get(), "it waits for another whole lease");
        assertEquals("1", spec("leaseTransitions"));
    }

    @ParameterizedTest
    @CsvSource({"10, 10, 2", "7, 10, 2", "10, 7, 6", "10, 7, 0"})
    void timesThatDoNotGoTogetherAreRefused(int lease, int deadline, int retry) {
        assertThrows(IllegalArgumentException.class, () -> new LeaderElector.Times(Duration.ofSeconds(lease), Duration.ofSeconds(deadline), Duration.ofSeconds(retry)));
    }

    @Test
    void aLeaderThatWasReplacedStopsAtOnce() throws InterruptedException {
        var leader = elector("one");
        leader.acquire();
        var holding = running(leader::holdUntilLost);
        synchronized (this) {
            ((ObjectNode) lease.get("spec")).put("holderIdentity", "two");
            ((ObjectNode) lease.get("metadata")).put("resourceVersion", Integer.toString(++revision));
        }
        holding.join();
        assertEquals("two", spec("holderIdentity"));
    }

    private synchronized int revision() {
        return revision;
    }

    /// The relay between leader and server freezes: a call that hangs must not outlast the lease.
    @Test
    void aLeaderWhoseServerFreezesStopsBeforeOthersMayTakeTheLease() throws Exception {
        var times = new LeaderElector.Times(Duration.ofSeconds(6), Duration.ofSeconds(3), Duration.ofMillis(200));
        var leader = new LeaderElector(client, "kube-system", "test", holder("one"), InstantSource.system(), System::nanoTime, Sleeper.SYSTEM, times);
        leader.acquire();
        var holding = running(leader::holdUntilLost);
        Await.until("renewed", () -> revision() >= 3);
        long frozen;
        synchronized (this) {
            frozen = System.nanoTime();
            holding.join(Duration.ofSeconds(30));
        }
        var led = Duration.ofNanos(System.nanoTime() - frozen);
        assertFalse(holding.isAlive());
        assertTrue(led.compareTo(times.lease()) < 0, "led for " + led + " without a renewal");
    }

    /// As after SIGSTOP, or when the machine slept: the first thing that the elector does is to look at both clocks.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLeaderThatWasStoppedForLongerThanItsTimeDoesNotEvenAsk(boolean monotonic) throws InterruptedException {
        var asked = new AtomicInteger();
        var leader = new LeaderElector(client, "kube-system", "test", holder("one"), clock, jump::get, duration -> {
            asked.set(server.requests().size());
            if (monotonic) {
                jump.addAndGet(Duration.ofSeconds(11).toNanos());
            } else {
                now = now.plusSeconds(11);
            }
        }, LeaderElector.Times.STANDARD);
        leader.acquire();
        leader.holdUntilLost();
        assertEquals(asked.get(), server.requests().size());
    }

    @Test
    void aClockThatIsSetForwardTakesNoLeaseFromAnother() throws InterruptedException {
        elector("one").acquire();
        var second = new LeaderElector(client, "kube-system", "test", holder("two"), clock, jump::get, Sleeper.SYSTEM, LeaderElector.Times.STANDARD);
        var acquiring = running(second::acquire);
        Await.until("the second has looked", () -> server.requests().size() >= 4);
        now = now.plusSeconds(3600);
        int before = server.requests().size();
        Await.until("the second has looked again", () -> server.requests().size() >= before + 3);
        assertTrue(acquiring.isAlive());
        jump.addAndGet(Duration.ofSeconds(16).toNanos());
        acquiring.join();
        assertEquals(holder("two").toString(), spec("holderIdentity"));
    }

    @Test
    void aNewProcessLeadsAtOnceIfItsPredecessorHasEndedAndWaitsWhileItLives() throws Exception {
        var own = HolderIdentity.ofThisProcess("one");
        assertFalse(own.isGone(own.toString()));
        var predecessor = new ProcessBuilder("sleep", "600").start();
        try {
            var stat = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + predecessor.pid() + "/stat"));
            long start = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
            var last = new HolderIdentity("one", own.place(), predecessor.pid(), start);
            assertFalse(own.isGone(last.toString()));
            assertTrue(own.isGone(new HolderIdentity("one", own.place(), predecessor.pid(), start - 1).toString()), "the number was given again");
            assertFalse(own.isGone(new HolderIdentity("other", own.place(), 1_999_999_999, 1).toString()));
            new LeaderElector(client, "kube-system", "test", last, clock, LeaderElector.Times.STANDARD).acquire();
            var next = running(() -> new LeaderElector(client, "kube-system", "test", own, clock, LeaderElector.Times.STANDARD).acquire());
            Await.until("the next has looked", () -> server.requests().size() >= 5);
            assertTrue(next.isAlive(), "two must not lead");
            predecessor.destroyForcibly().waitFor();
            next.join();
            assertEquals(own.toString(), spec("holderIdentity"));
        } finally {
            predecessor.destroyForcibly();
        }
    }
}
