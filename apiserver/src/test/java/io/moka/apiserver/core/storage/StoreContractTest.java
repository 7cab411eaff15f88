package io.moka.apiserver.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.storage.StoreUnavailableException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The contract of every [Store]. Each test has a prefix of its own; all tests share the store and its revisions.
abstract class StoreContractTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String prefix = "/" + UUID.randomUUID() + "/";

    abstract Store store();

    /// Returns the remaining time to live of a key as the store reports it, or null when the key does not expire.
    abstract @Nullable Duration timeToLive(String key);

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static long committed(CasResult result) {
        return assertInstanceOf(CasResult.Committed.class, result).revision();
    }

    private long create(String name, String value) {
        return committed(store().create(prefix + name, bytes(value), 0));
    }

    private long update(String name, String value, long expected) {
        return committed(store().update(prefix + name, bytes(value), expected, 0));
    }

    private List<String> names(Store.Page page) {
        return page.values().stream().map(value -> value.key().substring(prefix.length())).toList();
    }

    private String text(String name) {
        return new String(Objects.requireNonNull(store().get(prefix + name)).bytes(), UTF_8);
    }

    /// Returns at least this number of further changes, each as `Put a@5`.
    private List<String> take(StoreWatch watch, int number) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        while (seen.size() < number) {
            List<StoreWatch.Change> changes = watch.take(PATIENCE);
            assertTrue(!changes.isEmpty(), "only " + seen);
            changes.forEach(change -> seen.add(change.getClass().getSimpleName() + " " + change.key().substring(prefix.length()) + "@" + change.revision()));
        }
        return seen;
    }

    @Test
    void createdValueIsRead() {
        long revision = create("a", "1");
        Store.Value value = store().get(prefix + "a");
        assertNotNull(value);
        assertEquals(prefix + "a", value.key());
        assertEquals(revision, value.revision());
        assertArrayEquals(bytes("1"), value.bytes());
        assertNull(store().get(prefix + "b"));
    }

    @Test
    void creatingTwiceShowsWhatIsThereAndWritesNothing() {
        long first = create("a", "1");
        var conflict = assertInstanceOf(CasResult.Conflict.class, store().create(prefix + "a", bytes("2"), 0));
        assertNotNull(conflict.current());
        assertArrayEquals(bytes("1"), conflict.current().bytes());
        assertEquals(first, conflict.current().revision());
        assertEquals("1", text("a"));
    }

    @Test
    void updateNeedsTheRevisionOfTheLastChange() {
        long first = create("a", "1");
        long second = update("a", "2", first);
        assertTrue(second > first);
        var conflict = assertInstanceOf(CasResult.Conflict.class, store().update(prefix + "a", bytes("3"), first, 0));
        assertEquals(second, Objects.requireNonNull(conflict.current()).revision());
        assertNull(assertInstanceOf(CasResult.Conflict.class, store().update(prefix + "none", bytes("3"), first, 0)).current());
        assertEquals("2", text("a"));
    }

    @Test
    void deleteNeedsTheRevisionOfTheLastChange() {
        long first = create("a", "1");
        long second = update("a", "2", first);
        assertInstanceOf(CasResult.Conflict.class, store().delete(prefix + "a", first));
        assertEquals("2", text("a"));
        assertTrue(committed(store().delete(prefix + "a", second)) > second);
        assertNull(store().get(prefix + "a"));
        assertNull(assertInstanceOf(CasResult.Conflict.class, store().delete(prefix + "a", second)).current());
        assertTrue(create("a", "again") > second);
    }

    @Test
    void revisionsAreSharedByAllKeys() {
        long first = create("a", "1");
        long second = create("b", "1");
        long third = update("a", "2", first);
        long fourth = committed(store().delete(prefix + "b", second));
        assertTrue(first < second && second < third && third < fourth);
        assertTrue(store().currentRevision() >= fourth);
    }

    private CasResult put(String name, long expectedRevision, Map<String, byte[]> taken, Set<String> released) {
        return store().put(prefix + name, bytes("v"), expectedRevision, new Store.Reservations(taken, released, null));
    }

    @Test
    void claimsComeAndGoWithTheValueOrNothingDoes() {
        String one = prefix + "claims/1";
        String two = prefix + "claims/2";
        long first = committed(put("a", 0, Map.of(one, bytes("a")), Set.of()));
        var outrun = assertInstanceOf(CasResult.Outrun.class, put("b", 0, Map.of(one, bytes("b"), two, bytes("b")), Set.of()));
        assertTrue(outrun.revision() >= first);
        assertEquals(0, outrun.guardRevision());
        assertNull(store().get(prefix + "b"));
        assertNull(store().get(two));
        assertInstanceOf(CasResult.Conflict.class, put("a", 0, Map.of(two, bytes("a")), Set.of()));
        long second = committed(put("a", first, Map.of(two, bytes("a")), Set.of(one, prefix + "claims/none")));
        assertNull(store().get(one));
        assertEquals(second, Objects.requireNonNull(store().get(two)).revision(), "one transaction has one revision");
        assertInstanceOf(CasResult.Conflict.class, store().delete(prefix + "a", first, Set.of(two)));
        assertNotNull(store().get(two));
        committed(store().delete(prefix + "a", second, Set.of(two, one)));
        assertNull(store().get(two));
    }

    @Test
    void guardIsMovedByTheWriteAndRefusesOneThatKnewItEarlier() {
        String guard = prefix + "guard";
        long first = committed(store().put(prefix + "a", bytes("1"), 0, new Store.Reservations(Map.of(), Set.of(), new Store.Guard(guard, 0))));
        var outrun = assertInstanceOf(CasResult.Outrun.class,
                store().put(prefix + "b", bytes("1"), 0, new Store.Reservations(Map.of(), Set.of(), new Store.Guard(guard, 0))));
        assertEquals(first, outrun.guardRevision());
        assertTrue(outrun.revision() >= first);
        assertNull(store().get(prefix + "b"));
        committed(store().put(prefix + "b", bytes("1"), 0, new Store.Reservations(Map.of(), Set.of(), new Store.Guard(guard, first))));
    }

    @Test
    void rangeIsPagedAtOneRevision() {
        long last = 0;
        for (int i = 0; i < 5; i++) {
            last = create("k" + i, "v");
        }
        Store.Page first = store().range(prefix, prefix, 2, 0);
        assertTrue(first.revision() >= last);
        create("k9", "v");
        Store.Value k3 = Objects.requireNonNull(store().get(prefix + "k3"));
        committed(store().delete(k3.key(), k3.revision()));
        assertEquals(List.of("k0", "k1"), names(first));
        assertTrue(first.more());
        assertEquals(3, first.remaining());
        Store.Page rest = store().range(prefix, first.values().getLast().key() + '\0', 10, first.revision());
        assertEquals(List.of("k2", "k3", "k4"), names(rest));
        assertEquals(k3.revision(), rest.values().get(1).revision());
        assertTrue(!rest.more() && rest.remaining() == 0);
        assertEquals(List.of("k2", "k4", "k9"), names(store().range(prefix, prefix + "k2", 0, 0)));
    }

    @Test
    void rangeEndsWithItsPrefix() {
        create("a/1", "v");
        create("a/2", "v");
        create("ab", "v");
        create("b/1", "v");
        assertEquals(List.of("a/1", "a/2"), names(store().range(prefix + "a/", prefix + "a/", 0, 0)));
        assertEquals(List.of(), names(store().range(prefix + "c/", prefix + "c/", 0, 0)));
    }

    @Test
    void revisionToComeIsRefused() {
        var refused = assertThrows(StoreUnavailableException.class, () -> store().range(prefix, prefix, 0, store().currentRevision() + 1_000_000));
        assertEquals(Reason.UNAVAILABLE, refused.reason());
    }

    @Test
    void watchDeliversAllChangesFromARevisionInOrder() throws Exception {
        create("before", "1");
        long first = create("a", "1");
        try (StoreWatch watch = store().watch(prefix, first)) {
            assertEquals(List.of("Put a@" + first), take(watch, 1));
            long second = create("b", "2");
            long third = update("a", "2", first);
            long fourth = committed(store().delete(prefix + "b", second));
            assertEquals(List.of("Put b@" + second, "Put a@" + third, "Removed b@" + fourth), take(watch, 3));
        }
    }

    @Test
    void changesOfOneRevisionComeInOneBatch() throws Exception {
        long start = store().currentRevision();
        try (StoreWatch watch = store().watch(prefix, start + 1)) {
            long first = committed(put("a", 0, Map.of(prefix + "c1", bytes("x"), prefix + "c2", bytes("x")), Set.of()));
            long second = committed(store().delete(prefix + "a", first, Set.of(prefix + "c1", prefix + "c2")));
            List<StoreWatch.Change> changes = new ArrayList<>();
            while (changes.size() < 6) {
                List<StoreWatch.Change> batch = watch.take(PATIENCE);
                assertTrue(batch.size() == 3 || batch.size() == 6, batch.toString());
                changes.addAll(batch);
            }
            assertEquals(List.of(first, first, first, second, second, second), changes.stream().map(StoreWatch.Change::revision).toList());
        }
    }

    @Test
    void watchWithoutChangesReturnsEmptyHanded() throws Exception {
        try (StoreWatch watch = store().watch(prefix, store().currentRevision() + 1)) {
            assertEquals(List.of(), watch.take(Duration.ofMillis(5)));
            long first = create("a", "1");
            assertEquals(List.of("Put a@" + first), take(watch, 1));
        }
    }

    @Test
    void twoWatchesSeeTheSame() throws Exception {
        long start = store().currentRevision();
        try (StoreWatch one = store().watch(prefix, start + 1); StoreWatch other = store().watch(prefix, start + 1)) {
            long first = create("a", "1");
            long second = update("a", "2", first);
            List<String> expected = List.of("Put a@" + first, "Put a@" + second);
            assertEquals(expected, take(one, 2));
            assertEquals(expected, take(other, 2));
        }
    }

    @Test
    void compactionTakesOldRevisionsFromListsAndWatches() throws Exception {
        long first = create("a", "1");
        long second = update("a", "2", first);
        long third = update("a", "3", second);
        long round = store().compact(Long.MAX_VALUE / 2, 0).round();
        Store.Compaction done = store().compact(round, third);
        assertEquals(round + 1, done.round());
        assertEquals(third, done.compacted());
        assertThrows(CompactedException.class, () -> store().range(prefix, prefix, 0, second));
        assertEquals(List.of("a"), names(store().range(prefix, prefix, 0, third)));
        assertEquals("3", text("a"));
        try (StoreWatch watch = store().watch(prefix, second)) {
            assertThrows(CompactedException.class, () -> watch.take(PATIENCE));
        }
        try (StoreWatch watch = store().watch(prefix, third + 1)) {
            long fourth = update("a", "4", third);
            assertEquals(List.of("Put a@" + fourth), take(watch, 1));
        }
        assertEquals(third, store().compact(round, third).compacted(), "a server that has not seen the round learns how far it went");
        assertThrows(CompactedException.class, () -> store().compact(done.round(), third));
    }

    @Test
    void keyWithATimeToLiveLivesAtLeastSoLong() {
        long first = committed(store().create(prefix + "leased", bytes("1"), 3600));
        Duration left = timeToLive(prefix + "leased");
        assertNotNull(left);
        assertTrue(left.compareTo(Duration.ofSeconds(3590)) >= 0 && left.compareTo(Duration.ofSeconds(3660)) <= 0, left.toString());
        update("leased", "2", first);
        assertNull(timeToLive(prefix + "leased"), "a write without a time to live takes the end away");
        create("endless", "1");
        assertNull(timeToLive(prefix + "endless"));
    }

    @Test
    void valueThatIsTooLargeIsRefusedForGood() {
        var refused = assertThrows(StoreUnavailableException.class, () -> store().create(prefix + "big", new byte[2 * 1024 * 1024], 0));
        assertEquals(Reason.TOO_LARGE, refused.reason());
        assertNull(store().get(prefix + "big"));
    }
}
