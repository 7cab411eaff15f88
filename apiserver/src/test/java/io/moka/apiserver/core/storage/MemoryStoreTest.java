package io.moka.apiserver.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.MemoryStore;
import io.moka.apiserver.testing.MemoryStore.Operation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The store's contract in memory, and what this store does on request.
final class MemoryStoreTest extends StoreContractTest {
    private final MemoryStore store = new MemoryStore();

    @Override
    Store store() {
        return store;
    }

    @Override
    @Nullable Duration timeToLive(String key) {
        return store.timeToLive(key);
    }

    @Test
    void keysExpireByTheClockInOneRevision() throws Exception {
        store.create("/x/a", new byte[1], 10);
        store.create("/x/b", new byte[1], 10);
        store.create("/x/c", new byte[1], 20);
        try (StoreWatch watch = store.watch("/x/", store.currentRevision() + 1)) {
            store.advance(Duration.ofSeconds(9));
            assertNotNull(store.get("/x/a"));
            store.advance(Duration.ofSeconds(1));
            assertNull(store.get("/x/a"));
            assertEquals(2, watch.take(Duration.ofSeconds(30)).size());
            assertNotNull(store.get("/x/c"));
        }
    }

    @Test
    void callsFailOnRequestAndHaveDoneNothing() {
        store.failNext(Operation.WRITE);
        assertThrows(StoreUnavailableException.class, () -> store.create("/x/a", new byte[1], 0));
        assertNull(store.get("/x/a"));
        assertInstanceOf(CasResult.Committed.class, store.create("/x/a", new byte[1], 0));
    }

    @Test
    void deliveriesWaitUntilTheyAreLetThrough() throws Exception {
        try (StoreWatch watch = store.watch("/x/", store.currentRevision() + 1)) {
            store.holdDeliveries();
            store.create("/x/a", new byte[1], 0);
            store.create("/x/b", new byte[1], 0);
            assertEquals(List.of(), watch.take(Duration.ZERO));
            assertTrue(store.deliverNext());
            assertEquals("/x/a", watch.take(Duration.ofSeconds(30)).getFirst().key());
            assertEquals(List.of(), watch.take(Duration.ZERO));
            store.deliverAll();
            assertEquals("/x/b", watch.take(Duration.ofSeconds(30)).getFirst().key());
            assertFalse(store.deliverNext());
        }
    }
}
