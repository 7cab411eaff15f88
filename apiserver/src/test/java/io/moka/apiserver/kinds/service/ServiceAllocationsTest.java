package io.moka.apiserver.kinds.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.storage.CacheBounds;
import io.moka.apiserver.core.storage.StoreUnavailableException;
import io.moka.apiserver.kinds.service.ServiceAllocations.Slot;
import io.moka.apiserver.testing.MemoryCaches;
import io.moka.apiserver.testing.MemoryStore.Operation;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ServiceAllocationsTest {
    private final MemoryCaches on = new MemoryCaches(CacheBounds.DEFAULT);
    private final ServiceAllocations allocations = new ServiceAllocations(on.caches, on.catalog.get("", "v1", "services"),
            new ClusterAddresses(on.caches, on.catalog, MemoryCaches.PREFIX, ServiceAddresses.parse("10.0.0.0/24"), InstantSource.system()),
            PortRange.parse("30000-30001"), new AllocationGuard(MemoryCaches.PREFIX + "moka/service-allocations"));

    @AfterEach
    void close() {
        on.close();
    }

    private static Slot port(int number) {
        return new Slot.NodePort(number, "TCP");
    }

    private String storeKey(String name) {
        return MemoryCaches.PREFIX + on.catalog.get("", "v1", "services").keySegment() + "/n/" + name;
    }

    private long service(String name, int nodePort) {
        String json = "{\"metadata\":{\"name\":\"" + name + "\",\"namespace\":\"n\"},\"spec\":{\"ports\":[{\"nodePort\":" + nodePort + ",\"protocol\":\"TCP\"}]}}";
        return MemoryCaches.committed(on.store.create(storeKey(name), json.getBytes(UTF_8), 0));
    }

    private void start() throws InterruptedException {
        on.start();
        allocations.start();
    }

    private static <T> CompletableFuture<T> inThread(java.util.concurrent.Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                result.complete(call.call());
            } catch (Exception failed) {
                result.completeExceptionally(failed);
            }
        });
        return result;
    }

    @Test
    void nothingIsGivenAwayBeforeWhatIsTakenIsKnown() throws Exception {
        service("a", 30000);
        on.start();
        CompletableFuture<Boolean> early = inThread(() -> allocations.take(port(30000)));
        allocations.start();
        assertFalse(early.get(30, TimeUnit.SECONDS));
        assertEquals(port(30001), allocations.takeNodePort("TCP"));
    }

    @Test
    void nothingIsGivenAwayWhileWhatIsTakenIsReadAgain() throws Exception {
        service("a", 30000);
        start();
        // the lock is held, so the new state can only come while the request waits for it
        synchronized (allocations) {
            allocations.onExpired();
            assertEquals(port(30001), allocations.takeNodePort("TCP"), "30000 is a's, also during the rebuild");
        }
    }

    @Test
    void restartOfTheFeedKeepsTakenPortsTakenAndForgetsDeletedOnes() throws Exception {
        long first = service("a", 30000);
        service("b", 30001);
        start();
        on.store.holdDeliveries();
        MemoryCaches.committed(on.store.delete(storeKey("a"), first));
        on.store.onNext(Operation.WATCH, () -> on.store.compact(0, on.create("c")));
        on.store.breakWatches();
        MemoryCaches.await("the port of the deleted service is free", () -> allocations.take(port(30000)));
        assertFalse(allocations.take(port(30001)));
    }

    @Test
    void requestThatIsEndedWhileItWaitsGetsNoSlot() throws Exception {
        on.start();
        CountDownLatch waiting = new CountDownLatch(1);
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<Boolean> taken = inThread(() -> {
            waiter.complete(Thread.currentThread());
            waiting.countDown();
            return allocations.take(port(30000));
        });
        assertTrue(waiting.await(30, TimeUnit.SECONDS));
        waiter.get(30, TimeUnit.SECONDS).interrupt();
        var failure = assertThrows(ExecutionException.class, () -> taken.get(30, TimeUnit.SECONDS));
        assertEquals(StoreUnavailableException.class, failure.getCause().getClass());
    }

    @Test
    void reservedSlotIsAnothersUntilItIsReleased() throws Exception {
        start();
        assertTrue(allocations.take(port(30000)));
        assertFalse(allocations.take(port(30000)));
        allocations.release(port(30000));
        assertTrue(allocations.take(port(30000)));
    }

    @Test
    void committedSlotStaysTakenBeforeItsEventHasCome() throws Exception {
        start();
        on.store.holdDeliveries();
        assertTrue(allocations.take(port(30000)));
        long revision = service("a", 30000);
        allocations.committed(port(30000), revision);
        assertFalse(allocations.take(port(30000)), "before the event");
        on.store.deliverAll();
        on.reach(revision);
        assertFalse(allocations.take(port(30000)), "after the event");
        long gone = MemoryCaches.committed(on.store.delete(storeKey("a"), revision));
        on.reach(gone);
        assertTrue(allocations.take(port(30000)));
    }

    @Test
    void eventThatComesBeforeTheWritersAnswerLeavesNothingReserved() throws Exception {
        start();
        assertTrue(allocations.take(port(30000)));
        long revision = service("a", 30000);
        on.reach(revision);
        allocations.committed(port(30000), revision);
        on.reach(MemoryCaches.committed(on.store.delete(storeKey("a"), revision)));
        assertTrue(allocations.take(port(30000)));
    }

    @Test
    void eventOfAnotherServiceDoesNotFreeAReservation() throws Exception {
        start();
        assertTrue(allocations.take(port(30000)));
        on.reach(service("other", 30001));
        assertFalse(allocations.take(port(30000)));
        assertThrows(IllegalStateException.class, () -> allocations.takeNodePort("TCP"));
        assertNotEquals(port(30000), allocations.takeNodePort("UDP"), "protocols do not disturb each other");
    }
}
