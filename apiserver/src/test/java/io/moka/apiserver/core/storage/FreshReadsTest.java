package io.moka.apiserver.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.testing.MemoryCaches;
import io.moka.apiserver.testing.MemoryStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Reads that must be fresh while the caches lag.
final class FreshReadsTest {
    private static final int READERS = 40;

    private final MemoryStore store = new MemoryStore();
    private final AtomicInteger updates = new AtomicInteger();
    private final AtomicInteger revisionReads = new AtomicInteger();

    /// The store, counting what the caches ask of it.
    private Store counted() {
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("update")) {
                updates.incrementAndGet();
            } else if (method.getName().equals("currentRevision")) {
                revisionReads.incrementAndGet();
            }
            try {
                return method.invoke(store, arguments);
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        });
    }

    /// A revision that others have used outside the prefix never comes through the watch.
    @Test
    void readersThatLagShareOneNudge() throws Exception {
        try (Caches caches = new Caches(counted(), MemoryCaches.PREFIX, Catalog.builtin(), CacheBounds.DEFAULT)) {
            caches.start();
            assertTrue(caches.awaitSynced(Duration.ofSeconds(30)));
            MemoryCaches.await("the feed's watch", () -> store.openWatches() == 1);
            store.create("/elsewhere/a", MemoryCaches.json("a", "1"), 0);
            store.holdDeliveries();
            CountDownLatch all = new CountDownLatch(1);
            store.onNext(MemoryStore.Operation.WRITE, () -> MemoryStore.pauseUntil(all));
            List<Thread> threads = new ArrayList<>();
            var readers = IntStream.range(0, READERS).mapToObj(i -> CompletableFuture.runAsync(caches::awaitFresh, task -> threads.add(Thread.ofVirtual().start(task)))).toList();
            MemoryCaches.await("all have seen that they lag and wait for a nudge",
                    () -> revisionReads.get() == 2 * READERS && threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING));
            all.countDown();
            store.deliverAll();
            for (var reader : readers) {
                reader.get(30, TimeUnit.SECONDS);
            }
            assertEquals(2, updates.get(), "the first reader's nudge, and one for all who came during it");
        }
    }
}
