package io.moka.apiserver.core.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The recent events of one resource, bounded by number and by bytes; beyond a bound the oldest are dropped. Guarded by its cache's lock.
final class EventRing {
    private final Deque<CacheEvent> events = new ArrayDeque<>();
    private final CacheBounds bounds;
    private long bytes;
    /// The revision after which the ring has all events.
    private long completeAfter;

    EventRing(CacheBounds bounds) {
        this.bounds = bounds;
    }

    void restart(long revision) {
        events.clear();
        bytes = 0;
        completeAfter = revision;
    }

    void add(CacheEvent event) {
        events.addLast(event);
        bytes += event.object().json().length;
        while (events.size() > bounds.maxEvents() || bytes > bounds.maxEventBytes()) {
            CacheEvent oldest = events.removeFirst();
            bytes -= oldest.object().json().length;
            completeAfter = oldest.revision();
        }
    }

    boolean reachesBackTo(long revision) {
        return revision >= completeAfter;
    }

    /// Returns the events after a revision that the ring reaches back to, oldest first.
    List<CacheEvent> after(long revision) {
        List<CacheEvent> found = new ArrayList<>();
        for (Iterator<CacheEvent> newest = events.descendingIterator(); newest.hasNext(); ) {
            CacheEvent event = newest.next();
            if (event.revision() <= revision) {
                break;
            }
            found.add(event);
        }
        return found.reversed();
    }

    /// Returns the state at `revision` of each key that has changed since; empty for a key that did not exist then.
    Map<String, Optional<CachedObject>> statesAt(long revision) {
        Map<String, Optional<CachedObject>> states = new HashMap<>();
        for (CacheEvent event : after(revision)) {
            states.putIfAbsent(event.object().key(), Optional.ofNullable(event.previous()));
        }
        return states;
    }
}
