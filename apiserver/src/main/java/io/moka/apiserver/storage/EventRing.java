package io.moka.apiserver.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The recent events of one resource, bounded by number and by bytes; at the bound the oldest leave. Guarded by its cache's lock.
final class EventRing {
    private final Deque<CacheEvent> events = new ArrayDeque<>();
    private final CacheBounds bounds;
    private long bytes;
    /// Events after this revision are all here.
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

    /// The events after a revision that the ring reaches back to, oldest first.
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

    /// What each key changed since `revision` held then; empty for one that did not exist.
    Map<String, Optional<CachedObject>> statesAt(long revision) {
        Map<String, Optional<CachedObject>> states = new HashMap<>();
        for (CacheEvent event : after(revision)) {
            states.putIfAbsent(event.object().key(), Optional.ofNullable(event.previous()));
        }
        return states;
    }
}
