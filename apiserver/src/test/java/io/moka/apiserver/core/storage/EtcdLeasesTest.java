package io.moka.apiserver.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.MemoryCaches;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// On leases that expire by a clock that is moved by hand.
final class EtcdLeasesTest {
    private final Map<Long, Long> expiryNanos = new HashMap<>();
    private long nowNanos = Long.MAX_VALUE - 1_000_000;
    private long answerDelayNanos;
    private @Nullable RuntimeException failure;
    private final EtcdLeases leases = new EtcdLeases(this::grant, Duration.ofSeconds(10), () -> nowNanos);

    /// Etcd counts from the question on, the answer comes later.
    private CompletableFuture<Long> grant(long ttlSeconds) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        long id = expiryNanos.size() + 1;
        expiryNanos.put(id, nowNanos + TimeUnit.SECONDS.toNanos(ttlSeconds));
        nowNanos += answerDelayNanos;
        return CompletableFuture.completedFuture(id);
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    private Duration left(long lease) {
        return Duration.ofNanos(expiryNanos.get(lease) - nowNanos);
    }

    @Test
    void keysOfOneTimeToLiveShareALease() {
        long lease = leases.forTtl(3600);
        pass(Duration.ofSeconds(59));
        assertEquals(lease, leases.forTtl(3600));
        assertNotEquals(lease, leases.forTtl(15));
        assertEquals(2, expiryNanos.size());
    }

    @Test
    void noKeyLivesShorterThanAskedHoweverLateItComesToTheLease() {
        for (int step = 0; step < 300; step++) {
            assertTrue(left(leases.forTtl(15)).compareTo(Duration.ofSeconds(15)) >= 0, "after " + step + " s");
            pass(Duration.ofSeconds(1));
        }
        assertEquals(5, expiryNanos.size(), "one lease a minute");
    }

    @Test
    void slowAnswerOfEtcdShortensNoKeysLife() {
        answerDelayNanos = TimeUnit.SECONDS.toNanos(8);
        leases.forTtl(15);
        pass(Duration.ofSeconds(55));
        answerDelayNanos = 0;
        assertTrue(left(leases.forTtl(15)).compareTo(Duration.ofSeconds(15)) >= 0, "the lease was granted 63 s ago");
    }

    @Test
    void leaseIsFullAtAThousandKeys() {
        long first = leases.forTtl(60);
        for (int i = 1; i < 1000; i++) {
            assertEquals(first, leases.forTtl(60));
        }
        assertNotEquals(first, leases.forTtl(60));
    }

    @Test
    void failedGrantIsAskedForAgain() {
        failure = new StoreUnavailableException(StoreUnavailableException.Reason.UNAVAILABLE, "no leader");
        assertThrows(StoreUnavailableException.class, () -> leases.forTtl(60));
        failure = null;
        assertEquals(1, leases.forTtl(60));
    }

    /// The answer to a grant is lost when etcd ends before it answers.
    @Test
    void grantThatIsNotAnsweredInTimeIsAskedForAgain() {
        Duration patience = Duration.ofMillis(100);
        Iterator<CompletableFuture<Long>> answers = List.of(new CompletableFuture<Long>(), CompletableFuture.completedFuture(7L)).iterator();
        EtcdLeases shared = new EtcdLeases(ttlSeconds -> answers.next(), patience, () -> nowNanos);
        assertThrows(StoreUnavailableException.class, () -> shared.forTtl(60));
        pass(patience);
        assertEquals(7, shared.forTtl(60));
        pass(Duration.ofSeconds(59));
        assertEquals(7, shared.forTtl(60));
    }

    @Test
    void leaseThatEtcdHasLostIsNotUsedAgainAndItsSuccessorIsKept() {
        long lost = leases.forTtl(60);
        leases.forget(60, lost);
        long next = leases.forTtl(60);
        assertNotEquals(lost, next);
        // another request that used the lost one says so later
        leases.forget(60, lost);
        assertEquals(next, leases.forTtl(60));
    }

    /// Etcd's answer for one time to live is awaited by those who ask for that one alone, and asked for once.
    @Test
    void grantThatTakesLongHoldsUpNobodyElse() throws Exception {
        CompletableFuture<Long> slow = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        EtcdLeases shared = new EtcdLeases(ttlSeconds -> ttlSeconds > 100 ? slowAnswer(slow, asked) : CompletableFuture.completedFuture(7L), Duration.ofSeconds(60), () -> 0);
        List<CompletableFuture<Long>> waiting = IntStream.range(0, 10).mapToObj(i -> CompletableFuture.supplyAsync(() -> shared.forTtl(60), task -> Thread.ofVirtual().start(task))).toList();
        MemoryCaches.await("the first asks", () -> asked.get() == 1);
        assertEquals(7, CompletableFuture.supplyAsync(() -> shared.forTtl(15), task -> Thread.ofVirtual().start(task)).get(30, TimeUnit.SECONDS));
        slow.complete(8L);
        for (CompletableFuture<Long> one : waiting) {
            assertEquals(8, one.get(30, TimeUnit.SECONDS));
        }
        assertEquals(1, asked.get());
    }

    private static CompletableFuture<Long> slowAnswer(CompletableFuture<Long> slow, AtomicInteger asked) {
        asked.incrementAndGet();
        return slow;
    }
}
