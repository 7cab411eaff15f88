package io.moka.apiserver.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.testing.MemoryCaches;
import io.moka.apiserver.testing.MemoryCaches.Recorder;
import io.moka.apiserver.testing.MemoryStore;
import io.moka.apiserver.testing.MemoryStore.Operation;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// The feed on a store that does at a chosen moment what etcd does only by chance.
final class CacheFeedTest {

    @Test
    void changeBetweenListAndWatchIsNotLost() throws Exception {
        try (MemoryCaches on = new MemoryCaches(CacheBounds.DEFAULT)) {
            on.create("listed");
            on.store.onNext(Operation.WATCH, () -> on.create("between"));
            on.start();
            on.reach(on.store.currentRevision());
            assertEquals(List.of("between", "listed"), on.names());
        }
    }

    @Test
    void changeWhileTheListIsReadComesOnceThroughTheWatch() throws Exception {
        try (MemoryCaches on = new MemoryCaches(CacheBounds.DEFAULT)) {
            for (int i = 0; i < 1001; i++) {
                on.create("m" + i);
            }
            on.store.onNext(Operation.RANGE, () -> on.store.onNext(Operation.RANGE, () -> on.create("a-late")));
            on.start();
            on.reach(on.store.currentRevision());
            assertEquals(1002, on.names().size());
        }
    }

    @Test
    void twoWakesInARowDoNotEndIt() throws Exception {
        try (MemoryCaches on = MemoryCaches.started()) {
            on.store.create(MemoryCaches.key("bad"), new byte[] {1}, 0);
            on.reach(on.store.currentRevision());
            for (int i = 0; i < 20; i++) {
                on.caches.relist();
            }
            on.store.failNext(Operation.RANGE);
            on.caches.relist();
            on.caches.relist();
            on.create("after");
            MemoryCaches.await("the feed goes on", () -> on.cache().size() == 1);
            MemoryCaches.await("it follows", on.caches::following);
        }
    }

    @Test
    void interruptWhileItListsIsNoReasonToEnd() throws Exception {
        try (MemoryCaches on = new MemoryCaches(CacheBounds.DEFAULT)) {
            on.store.onNext(Operation.RANGE, () -> {
                Thread.currentThread().interrupt();
                throw new StoreUnavailableException(StoreUnavailableException.Reason.UNAVAILABLE, "interrupted while waiting for etcd");
            });
            on.store.onNext(Operation.RANGE, Thread.currentThread()::isInterrupted);
            on.create("a");
            on.start();
            assertEquals(List.of("a"), on.names());
        }
    }

    @Test
    void brokenWatchResumesAfterTheLastChangeSeen() throws Exception {
        try (MemoryCaches on = MemoryCaches.started()) {
            Recorder watcher = new Recorder();
            on.cache().watchFrom(on.caches.revision(), watcher);
            long first = on.create("a");
            on.reach(first);
            on.store.onNext(Operation.WATCH, () -> on.create("b"));
            on.store.breakWatches();
            on.reach(first + 1);
            long third = on.create("c");
            on.reach(third);
            assertEquals(List.of("ADDED a@" + first, "ADDED b@" + (first + 1), "ADDED c@" + third), watcher.told());
        }
    }

    @Test
    void compactionWhileItResumesMakesItListAgainAndEndsTheWatches() throws Exception {
        try (MemoryCaches on = MemoryCaches.started()) {
            long first = on.create("a");
            on.reach(first);
            Recorder watcher = new Recorder();
            on.cache().watchFrom(first, watcher);
            on.store.holdDeliveries();
            on.delete("a", first);
            on.create("b");
            on.store.onNext(Operation.WATCH, () -> on.store.compact(0, on.create("c")));
            on.store.breakWatches();
            MemoryCaches.await("the new list", () -> on.names().equals(List.of("b", "c")));
            assertEquals(List.of("EXPIRED"), watcher.told());
            on.store.deliverAll();
            long last = on.create("d");
            on.reach(last);
            assertEquals(List.of("b", "c", "d"), on.names());
        }
    }

    @Test
    void compactionBetweenTwoPagesOfTheListMakesItBeginAnew() throws Exception {
        try (MemoryCaches on = new MemoryCaches(CacheBounds.DEFAULT)) {
            for (int i = 0; i < 1001; i++) {
                on.create("m" + i);
            }
            on.store.onNext(Operation.RANGE, () -> on.store.onNext(Operation.RANGE, () -> {
                on.create("late");
                on.store.compact(0, on.create("later"));
            }));
            on.start();
            assertEquals(1003, on.names().size());
        }
    }

    @Test
    void storeThatFailsMidListLeavesTheCachesEmptyUntilAWholeListIsThere() throws Exception {
        try (MemoryCaches on = new MemoryCaches(CacheBounds.DEFAULT)) {
            on.create("a");
            CountDownLatch asked = new CountDownLatch(1);
            on.store.onNext(Operation.RANGE, () -> {
                asked.countDown();
                throw new StoreUnavailableException(StoreUnavailableException.Reason.TIMED_OUT, "etcdserver: request timed out");
            });
            assertFalse(on.caches.following());
            on.start();
            assertEquals(0, asked.getCount());
            assertEquals(List.of("a"), on.names());
            assertTrue(on.caches.following());
        }
    }

    @Test
    void readinessIsLostWhileTheStoreIsAwayAndComesBack() throws Exception {
        try (MemoryCaches on = MemoryCaches.started()) {
            CountDownLatch back = new CountDownLatch(1);
            on.store.onNext(Operation.WATCH, () -> MemoryStore.pauseUntil(back));
            on.store.breakWatches();
            MemoryCaches.await("it is not following", () -> !on.caches.following());
            assertTrue(on.caches.synced());
            back.countDown();
            MemoryCaches.await("it follows again", on.caches::following);
        }
    }

    @Test
    void watchThatHasGoneSilentIsOpenedAgain() throws Exception {
        MemoryCaches on = new MemoryCaches(CacheBounds.DEFAULT);
        CacheProgress progress = new CacheProgress();
        CacheFeed feed = new CacheFeed(on.store, MemoryCaches.PREFIX, on.caches, progress, Duration.ofMillis(1), Sleeper.SYSTEM);
        feed.start();
        try {
            MemoryCaches.await("its watch", () -> on.store.openWatches() == 1);
            // the store has delivered it to a watch that lost it: nothing comes before the watch is opened again
            on.store.loseNextDelivery();
            long lost = on.create("a");
            MemoryCaches.await("the change that got lost", () -> progress.revision() >= lost);
        } finally {
            feed.stop();
        }
    }

    @Test
    void cacheThatJoinsHasEverythingAndItsPredecessorTakesNoWatches() throws Exception {
        try (MemoryCaches on = MemoryCaches.started()) {
            long first = on.create("a");
            WatchCache before = on.cache();
            on.caches.remove(on.maps);
            assertThrows(UncachedTypeException.class, on::cache);
            long second = on.create("b");
            on.store.onNext(Operation.RANGE, () -> on.create("c"));
            on.caches.add(on.maps);
            on.reach(second + 1);
            assertEquals(List.of("a", "b", "c"), on.names());
            Recorder late = new Recorder();
            assertThrows(CompactedException.class, () -> before.watchFrom(first, late));
        }
    }
}
