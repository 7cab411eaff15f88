package io.moka.apiserver.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.testing.MemoryCaches;
import io.moka.apiserver.testing.MemoryCaches.Recorder;
import io.moka.apiserver.testing.MemoryStore;
import io.moka.apiserver.testing.MemoryStore.Operation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Fed by hand, change by change, so that every interleaving is one line.
final class WatchCacheTest {
    private static final String PREFIX = MemoryCaches.PREFIX + "configmaps/";
    private final CacheProgress progress = new CacheProgress();
    private final WatchCache cache = new WatchCache(Catalog.builtin().get("", "v1", "configmaps"), new CacheBounds(4, 1_000_000), progress);

    private static Store.Value value(String name, long revision) {
        return new Store.Value(PREFIX + "n/" + name, MemoryCaches.json(name, "1"), revision);
    }

    private static StoreWatch.Change put(String name, long revision) {
        return new StoreWatch.Put(PREFIX + "n/" + name, MemoryCaches.json(name, "1"), revision);
    }

    private static StoreWatch.Change removed(String name, long revision) {
        return new StoreWatch.Removed(PREFIX + "n/" + name, revision);
    }

    private void replace(long revision, Store.Value... values) {
        cache.replace(List.of(values), revision, PREFIX.length());
        progress.advance(revision);
    }

    private void apply(StoreWatch.Change... changes) {
        cache.apply(List.of(changes), PREFIX.length());
    }

    private Optional<Listing> list(long at) {
        return cache.list("", "", 0, at, all -> true, true);
    }

    private List<String> names(long at) {
        return list(at).orElseThrow().objects().stream().map(CachedObject::name).toList();
    }

    @Test
    void eventBetweenListAndWatchIsSentOnce() {
        replace(10, value("a", 5));
        Recorder watcher = new Recorder();
        apply(put("b", 11));
        cache.watchFrom(10, watcher);
        apply(put("b", 12));
        assertEquals(List.of("ADDED b@11", "MODIFIED b@12"), watcher.told());
    }

    @Test
    void eventsThatTheListHadAlreadyAreNotSentAgain() {
        replace(10, value("a", 5), value("b", 9));
        Recorder watcher = new Recorder();
        cache.watchFrom(10, watcher);
        apply(put("b", 9), put("c", 11));
        assertEquals(List.of("ADDED c@11"), watcher.told());
        assertEquals(List.of("a", "b", "c"), names(0));
    }

    @Test
    void twoChangesOfOneRevisionAreBothSent() {
        replace(10);
        Recorder watcher = new Recorder();
        cache.watchFrom(10, watcher);
        apply(put("a", 11), put("b", 11));
        assertEquals(List.of("ADDED a@11", "ADDED b@11"), watcher.told());
    }

    @Test
    void watchOfAnExpiredCacheIsRefusedAndGetsNoBookmark() {
        replace(10, value("a", 5));
        Recorder before = new Recorder();
        cache.watchFrom(10, before);
        cache.expire();
        assertEquals(List.of("EXPIRED"), before.told());
        Recorder after = new Recorder();
        assertThrows(CompactedException.class, () -> cache.watchFrom(10, after));
        assertThrows(CompactedException.class, () -> cache.watchFromState(after, true));
        cache.sendProgress(after);
        assertEquals(List.of(), after.told());
    }

    @Test
    void expiredCacheListsAsOfItsEndAndClaimsNothingLater() {
        replace(10, value("a", 5));
        cache.expire();
        progress.advance(20);
        assertEquals(10, list(0).orElseThrow().revision());
        assertTrue(list(20).isEmpty(), "what happened since is the new cache's to tell");
        assertTrue(list(10).isPresent());
    }

    @Test
    void refilledCacheEndsItsWatchesAndTakesNewOnes() {
        replace(10, value("a", 5));
        Recorder before = new Recorder();
        cache.watchFrom(10, before);
        replace(20, value("b", 15));
        apply(put("c", 21));
        assertEquals(List.of("EXPIRED"), before.told());
        assertThrows(CompactedException.class, () -> cache.watchFrom(10, before));
        Recorder after = new Recorder();
        cache.watchFromState(after, true);
        assertEquals(List.of("ADDED b@15", "ADDED c@21", "END@21"), after.told());
    }

    @Test
    void bookmarkIsNeverAheadOfTheEvents() {
        replace(10);
        Recorder watcher = new Recorder();
        cache.watchFrom(10, watcher);
        cache.sendProgress(watcher);
        apply(put("a", 11));
        cache.sendProgress(watcher);
        progress.advance(15);
        cache.sendProgress(watcher);
        assertEquals(List.of("BOOKMARK@10", "ADDED a@11", "BOOKMARK@11", "BOOKMARK@15"), watcher.told());
    }

    @Test
    void stoppedWatcherIsToldNothingMore() {
        replace(10);
        Recorder watcher = new Recorder();
        cache.watchFrom(10, watcher);
        cache.stop(watcher);
        apply(put("a", 11));
        cache.sendProgress(watcher);
        assertEquals(List.of(), watcher.told());
    }

    @Test
    void earlierRevisionIsListedAsItWasUntilItLeavesTheRing() {
        replace(10, value("a", 5));
        apply(put("b", 11), removed("a", 12), put("a", 13));
        assertEquals(List.of("a"), names(10));
        assertEquals(List.of("a", "b"), names(11));
        assertEquals(List.of("b"), names(12));
        apply(put("c", 14), put("d", 15));
        assertTrue(list(10).isEmpty());
        assertEquals(List.of("a", "b"), names(11));
    }

    @Test
    void objectThatIsGoneAndCameAgainIsAddedAgain() {
        replace(10, value("a", 5));
        Recorder watcher = new Recorder();
        cache.watchFrom(10, watcher);
        apply(removed("a", 11), removed("a", 12), put("a", 13));
        assertEquals(List.of("DELETED a@11", "ADDED a@13"), watcher.told());
    }

    @Test
    void readingOldRevisionsFromTheStoreTouchesNothing() {
        MemoryStore store = new MemoryStore();
        long bad = MemoryCaches.committed(store.create(PREFIX + "n/x", "not JSON".getBytes(UTF_8), 0));
        long good = MemoryCaches.committed(store.update(PREFIX + "n/x", MemoryCaches.json("x", "1"), bad, 0));
        replace(good, new Store.Value(PREFIX + "n/x", MemoryCaches.json("x", "1"), good));
        assertThrows(UnreadableObjectException.class, () -> cache.listFromStore(store, MemoryCaches.PREFIX, "", "", 0, bad, all -> true));
        assertFalse(cache.hasUnreadable(), "an old revision says nothing about the present one");
        assertNotNull(cache.get("n/x"));
        assertEquals(1, cache.listFromStore(store, MemoryCaches.PREFIX, "", "", 0, good, all -> true).objects().size());
    }

    @Test
    void storeThatFailsInTheMiddleOfAListFailsTheList() {
        MemoryStore store = new MemoryStore();
        long last = 0;
        for (int i = 0; i < 501; i++) {
            last = MemoryCaches.committed(store.create(PREFIX + "n/x" + i, MemoryCaches.json("x" + i, "1"), 0));
        }
        long at = last;
        store.onNext(Operation.RANGE, () -> store.failNext(Operation.RANGE));
        assertThrows(StoreUnavailableException.class, () -> cache.listFromStore(store, MemoryCaches.PREFIX, "", "", 0, at, all -> true));
        store.onNext(Operation.RANGE, () -> store.create(PREFIX + "n/y", MemoryCaches.json("y", "1"), 0));
        assertEquals(501, cache.listFromStore(store, MemoryCaches.PREFIX, "", "", 0, at, all -> true).objects().size(), "at one revision");
    }

    @Test
    void unreadableObjectIsToldOfUntilItIsWrittenAnew() {
        replace(10, value("a", 5));
        apply(new StoreWatch.Put(PREFIX + "n/a", "not JSON".getBytes(UTF_8), 11));
        assertThrows(UnreadableObjectException.class, () -> cache.get("n/a"));
        assertThrows(UnreadableObjectException.class, () -> list(0));
        apply(put("a", 12));
        assertNotNull(cache.get("n/a"));
        assertEquals(List.of("a"), names(0));
    }
}
