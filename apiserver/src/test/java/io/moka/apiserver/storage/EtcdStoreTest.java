package io.moka.apiserver.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.EtcdProcess;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The store's contract, on a real etcd.
final class EtcdStoreTest {
    private static Vertx vertx;
    private static Store store;
    private final String prefix = "/" + UUID.randomUUID() + "/";

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        store = Stores.etcd(vertx, EtcdOptions.plain(EtcdProcess.shared().endpoint()));
    }

    @AfterAll
    static void close() {
        store.close();
        vertx.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private long create(String name, String value) {
        return assertInstanceOf(CasResult.Committed.class, store.create(prefix + name, bytes(value), 0)).revision();
    }

    @Test
    void createdValueIsRead() {
        long revision = create("a", "1");
        Store.Value value = store.get(prefix + "a");
        assertNotNull(value);
        assertEquals(revision, value.revision());
        assertArrayEquals(bytes("1"), value.bytes());
        assertNull(store.get(prefix + "b"));
    }

    @Test
    void creatingTwiceShowsWhatIsThere() {
        create("a", "1");
        var conflict = assertInstanceOf(CasResult.Conflict.class, store.create(prefix + "a", bytes("2"), 0));
        assertNotNull(conflict.current());
        assertArrayEquals(bytes("1"), conflict.current().bytes());
    }

    @Test
    void updateNeedsTheRevision() {
        long first = create("a", "1");
        assertInstanceOf(CasResult.Committed.class, store.update(prefix + "a", bytes("2"), first, 0));
        assertInstanceOf(CasResult.Conflict.class, store.update(prefix + "a", bytes("3"), first, 0));
        assertInstanceOf(CasResult.Conflict.class, store.delete(prefix + "a", first));
        assertInstanceOf(CasResult.Conflict.class, store.update(prefix + "none", bytes("3"), first, 0));
    }

    private CasResult put(String name, long expectedRevision, Map<String, byte[]> taken, Set<String> released) {
        return store.put(prefix + name, bytes("v"), expectedRevision, new Store.Claims(taken, released, null));
    }

    @Test
    void claimsComeAndGoWithTheValueOrNothingDoes() {
        String one = prefix + "claims/1";
        String two = prefix + "claims/2";
        long first = assertInstanceOf(CasResult.Committed.class, put("a", 0, Map.of(one, bytes("a")), Set.of())).revision();
        var outrun = assertInstanceOf(CasResult.Outrun.class, put("b", 0, Map.of(one, bytes("b"), two, bytes("b")), Set.of()));
        assertTrue(outrun.revision() >= first);
        assertNull(store.get(prefix + "b"));
        assertNull(store.get(two));
        assertInstanceOf(CasResult.Conflict.class, put("a", 0, Map.of(two, bytes("a")), Set.of()));
        long second = assertInstanceOf(CasResult.Committed.class, put("a", first, Map.of(two, bytes("a")), Set.of(one))).revision();
        assertNull(store.get(one));
        assertInstanceOf(CasResult.Conflict.class, store.delete(prefix + "a", first, Set.of(two)));
        assertNotNull(store.get(two));
        assertInstanceOf(CasResult.Committed.class, store.delete(prefix + "a", second, Set.of(two, one)));
        assertNull(store.get(two));
    }

    @Test
    void rangeIsPagedAtOneRevision() {
        for (int i = 0; i < 5; i++) {
            create("k" + i, "v");
        }
        Store.Page first = store.range(prefix, prefix, 2, 0);
        create("k9", "v");
        assertTrue(first.more());
        assertEquals(3, first.remaining());
        Store.Page rest = store.range(prefix, first.values().getLast().key() + '\0', 10, first.revision());
        assertEquals(List.of("k2", "k3", "k4"), rest.values().stream().map(value -> value.key().substring(prefix.length())).toList());
    }

    @Test
    void currentRevisionCountsEveryWrite() {
        long written = create("a", "1");
        assertTrue(store.currentRevision() >= written);
    }

    @Test
    void watchDeliversAllChangesInOrder() throws Exception {
        long start = store.currentRevision();
        create("a", "1");
        long second = create("b", "2");
        store.delete(prefix + "b", second);
        List<String> seen = new ArrayList<>();
        try (StoreWatch watch = store.watch(prefix, start + 1)) {
            while (seen.size() < 3) {
                for (StoreWatch.Change change : watch.take()) {
                    seen.add(change.getClass().getSimpleName() + " " + change.key().substring(prefix.length()));
                }
            }
        }
        assertEquals(List.of("Put a", "Put b", "Removed b"), seen);
    }

    @Test
    void keyWithATimeToLiveIsLeased() {
        assertInstanceOf(CasResult.Committed.class, store.create(prefix + "a", bytes("1"), 3600));
        assertNotNull(store.get(prefix + "a"));
    }

    @Test
    void valueThatIsTooLargeIsRefused() {
        var refused = assertThrows(StoreUnavailableException.class, () -> store.create(prefix + "big", new byte[2 * 1024 * 1024], 0));
        assertTrue(String.valueOf(refused.getMessage()).contains("request is too large"), refused.getMessage());
    }

    @Test
    void storeThatCannotBeReachedSaysSoInTime() {
        var options = new EtcdOptions(List.of("http://127.0.0.1:1"), null, null, null, Duration.ofMillis(300));
        try (Store nowhere = Stores.etcd(Vertx.vertx(), options)) {
            assertThrows(StoreUnavailableException.class, () -> nowhere.get("/x"));
        }
    }
}
