package io.moka.apiserver.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.testing.MemoryCaches;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EventRingTest {
    private static final ObjectScanner SCANNER = new ObjectScanner(Catalog.builtin().get("", "v1", "configmaps"));
    private final EventRing ring = new EventRing(new CacheBounds(3, 1_000_000));

    private static CachedObject object(String name, long revision) {
        return SCANNER.scan("n/" + name, MemoryCaches.json(name, "1"), revision);
    }

    private static CacheEvent event(String name, long revision) {
        return new CacheEvent(CacheEvent.Type.ADDED, object(name, revision), null);
    }

    private static List<Long> revisions(List<CacheEvent> events) {
        return events.stream().map(CacheEvent::revision).toList();
    }

    @Test
    void eventsAfterARevisionComeOldestFirst() {
        ring.restart(4);
        List.of(5L, 7L, 9L).forEach(revision -> ring.add(event("a" + revision, revision)));
        assertEquals(List.of(5L, 7L, 9L), revisions(ring.after(4)));
        assertEquals(List.of(9L), revisions(ring.after(8)));
        assertEquals(List.of(), revisions(ring.after(9)));
    }

    @Test
    void atTheBoundTheOldestLeavesAndItsRevisionIsTheEarliestToBeginFrom() {
        ring.restart(4);
        List.of(5L, 7L, 9L, 11L).forEach(revision -> ring.add(event("a" + revision, revision)));
        assertFalse(ring.reachesBackTo(4));
        assertTrue(ring.reachesBackTo(5));
        assertEquals(List.of(7L, 9L, 11L), revisions(ring.after(5)));
    }

    @Test
    void twoEventsOfOneRevisionAreNeverPartedForAReader() {
        ring.restart(4);
        ring.add(event("a", 5));
        ring.add(event("b", 5));
        ring.add(event("c", 6));
        ring.add(event("d", 7));
        // a@5 has left, b@5 is still here: only a reader who has had both may begin
        assertFalse(ring.reachesBackTo(4));
        assertEquals(List.of(6L, 7L), revisions(ring.after(5)));
    }

    @Test
    void bytesAreBoundedToo() {
        int size = object("a", 5).json().length;
        EventRing small = new EventRing(new CacheBounds(100, 2L * size));
        small.restart(4);
        List.of(5L, 6L, 7L).forEach(revision -> small.add(event("a", revision)));
        assertFalse(small.reachesBackTo(4));
        assertEquals(List.of(6L, 7L), revisions(small.after(5)));
    }

    @Test
    void restartForgetsEverythingBefore() {
        ring.restart(4);
        ring.add(event("a", 5));
        ring.restart(20);
        assertFalse(ring.reachesBackTo(19));
        assertTrue(ring.reachesBackTo(20));
        assertEquals(List.of(), revisions(ring.after(20)));
    }

    @Test
    void earlierStateIsThatBeforeTheFirstChangeSince() {
        ring.restart(4);
        CachedObject five = object("a", 5);
        CachedObject six = object("a", 6);
        ring.add(new CacheEvent(CacheEvent.Type.ADDED, five, null));
        ring.add(new CacheEvent(CacheEvent.Type.MODIFIED, six, five));
        ring.add(new CacheEvent(CacheEvent.Type.DELETED, six.withRevision(7), six));
        assertEquals(Optional.empty(), ring.statesAt(4).get("n/a"));
        assertEquals(Optional.of(five), ring.statesAt(5).get("n/a"));
        assertEquals(Optional.of(six), ring.statesAt(6).get("n/a"));
        assertTrue(ring.statesAt(7).isEmpty());
    }
}
