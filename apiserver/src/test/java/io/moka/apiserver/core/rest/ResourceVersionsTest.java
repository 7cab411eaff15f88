package io.moka.apiserver.core.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.testing.MemoryCaches;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/// A client that comes from another server knows a revision that this one's caches have not reached.
final class ResourceVersionsTest {

    @Test
    void readWaitsUntilTheCachesHaveReachedTheRevisionThatTheClientKnows() throws Exception {
        try (MemoryCaches on = MemoryCaches.started()) {
            for (LongFunction<ResourceVersions> asking : List.<LongFunction<ResourceVersions>>of(
                    ResourceVersions.NotOlderThan::new, ResourceVersions.Exact::new, ignored -> new ResourceVersions.MostRecent())) {
                on.store.holdDeliveries();
                long newest = on.create("m" + on.store.currentRevision());
                CountDownLatch ready = new CountDownLatch(1);
                CompletableFuture<Long> reached = new CompletableFuture<>();
                Thread.startVirtualThread(() -> {
                    ready.countDown();
                    asking.apply(newest).await(on.caches);
                    reached.complete(on.caches.revision());
                });
                assertTrue(ready.await(30, TimeUnit.SECONDS));
                assertFalse(reached.isDone(), "the change has not been delivered");
                on.store.deliverAll();
                assertTrue(reached.get(30, TimeUnit.SECONDS) >= newest);
            }
        }
    }

    @Test
    void readOfARevisionThatDoesNotComeIsAnsweredWithATimeoutAndWhenToTryAgain() throws Exception {
        try (MemoryCaches on = MemoryCaches.started()) {
            long beyond = on.store.currentRevision() + 1_000;
            var late = assertThrows(ApiException.class, () -> new ResourceVersions.NotOlderThan(beyond).await(on.caches));
            assertEquals(504, late.code());
            assertEquals("ResourceVersionTooLarge", late.status().details().causes().getFirst().reason());
            assertEquals(1, late.status().details().retryAfterSeconds());
            assertTrue(late.status().message().startsWith("Timeout: Too large resource version: " + beyond), late.status().message());
        }
    }

    @Test
    void anyVersionIsServedFromWhatThereIs() throws Exception {
        try (MemoryCaches on = MemoryCaches.started()) {
            on.store.holdDeliveries();
            long hidden = on.create("a");
            new ResourceVersions.Any().await(on.caches);
            assertTrue(on.caches.revision() < hidden);
        }
    }
}
