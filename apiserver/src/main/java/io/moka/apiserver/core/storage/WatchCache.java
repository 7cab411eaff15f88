package io.moka.apiserver.core.storage;

import io.moka.apiserver.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The state of one resource and its recent events, both as encoded bytes. Lists and watches are served from here.
///
/// Events reach each listener in revision order, none twice and none left out, from the revision at which it began.
public final class WatchCache {
    private static final Logger LOG = LoggerFactory.getLogger(WatchCache.class);

    private final ResourceType type;
    private final ObjectScanner scanner;
    private final CacheProgress progress;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    // Guarded by lock, written under its write lock alone.
    // Invariants: state is the result of the events up to revision; ring holds the latest of these events; a key in unreadable has bytes in
    // the store that could not be scanned; listeners have been sent every event after the revision at which they began; an expired
    // cache has no listeners, gets none, and never changes again.
    private final NavigableMap<String, CachedObject> state = new TreeMap<>();
    private final EventRing ring;
    private final NavigableMap<String, String> unreadable = new TreeMap<>();
    private final Set<WatchListener> listeners = new LinkedHashSet<>();
    /// The revision of the last list; changes up to it are in the list already.
    private long listedAt;
    /// The revision at which the cache was expired; negative while it is in use.
    private long expiredAt = -1;
    // written under lock, read without it
    private volatile long revision;

    WatchCache(ResourceType type, CacheBounds bounds, CacheProgress progress) {
        this.type = type;
        this.progress = progress;
        scanner = new ObjectScanner(type);
        ring = new EventRing(bounds);
    }

    public ResourceType type() {
        return type;
    }

    /// Returns the revision of the last change of any object in this cache.
    public long lastChange() {
        return revision;
    }

    /// @throws UnreadableObjectException when the object cannot be read
    public @Nullable CachedObject get(String key) {
        lock.readLock().lock();
        try {
            String problem = unreadable.isEmpty() ? null : unreadable.get(key);
            if (problem != null) {
                throw new UnreadableObjectException(problem);
            }
            return state.get(key);
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Returns the present state, or that at an earlier revision.
    ///
    /// @param scope     the prefix of the keys: `namespace/`, or empty for all
    /// @param fromKey   the first key, inclusive
    /// @param limit     the maximum number of objects; 0 for no limit
    /// @param atRevision the revision; 0 for the present state
    /// @return empty when the cache does not reach back to that revision, or was expired before it
    /// @throws UnreadableObjectException when an object in the range cannot be read
    public Optional<Listing> list(String scope, String fromKey, int limit, long atRevision, Predicate<CachedObject> selection, boolean selectsAll) {
        lock.readLock().lock();
        try {
            requireReadable(scope);
            long at = atRevision == 0 ? current() : atRevision;
            if (!ring.reachesBackTo(at) || expiredAt >= 0 && at > expiredAt) {
                return Optional.empty();
            }
            var source = at >= revision ? state : stateAt(at);
            String end = scope + Character.MAX_VALUE;
            // a page that begins after the end is empty
            var range = scope.isEmpty() ? source.tailMap(fromKey, true) : source.subMap(min(max(scope, fromKey), end), true, end, false);
            return Optional.of(select(range, limit, at, selection, selectsAll));
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Returns the state at a revision that is available only in the store.
    ///
    /// @throws CompactedException        when the store does not have the revision either
    /// @throws UnreadableObjectException when an object in the range cannot be read; the cache's own state is not changed
    public Listing listFromStore(Store store, String storePrefix, String scope, String fromKey, int limit, long atRevision, Predicate<CachedObject> selection) {
        String prefix = storePrefix + type.keySegment() + "/";
        List<CachedObject> chosen = new ArrayList<>();
        String from = prefix + max(scope, fromKey);
        Store.Page page;
        do {
            page = store.range(prefix + scope, from, 500, atRevision);
            for (Store.Value value : page.values()) {
                CachedObject object = scanForReader(value.key().substring(prefix.length()), value.bytes(), value.revision());
                if (selection.test(object)) {
                    if (limit > 0 && chosen.size() == limit) {
                        return new Listing(chosen, atRevision, true, 0);
                    }
                    chosen.add(object);
                }
                from = value.key() + '\0';
            }
        } while (page.more());
        return new Listing(chosen, atRevision, false, 0);
    }

    private void requireReadable(String scope) {
        if (!unreadable.isEmpty()) {
            var first = unreadable.ceilingEntry(scope);
            if (first != null && first.getKey().startsWith(scope)) {
                throw new UnreadableObjectException(first.getValue());
            }
        }
    }

    boolean hasUnreadable() {
        lock.readLock().lock();
        try {
            return !unreadable.isEmpty();
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Returns the number of objects.
    public int size() {
        lock.readLock().lock();
        try {
            return state.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    private static String min(String one, String other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static String max(String one, String other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private long current() {
        if (expiredAt >= 0) {
            return expiredAt;
        }
        return Math.max(revision, progress.revision());
    }

    private NavigableMap<String, CachedObject> stateAt(long at) {
        NavigableMap<String, CachedObject> earlier = new TreeMap<>(state);
        ring.statesAt(at).forEach((key, object) -> object.ifPresentOrElse(was -> earlier.put(key, was), () -> earlier.remove(key)));
        return earlier;
    }

    private static Listing select(NavigableMap<String, CachedObject> range, int limit, long at, Predicate<CachedObject> selection, boolean selectsAll) {
        List<CachedObject> chosen = new ArrayList<>();
        for (Map.Entry<String, CachedObject> entry : range.entrySet()) {
            if (selection.test(entry.getValue())) {
                if (limit > 0 && chosen.size() == limit) {
                    return new Listing(chosen, at, true, selectsAll ? range.tailMap(entry.getKey(), true).size() : 0);
                }
                chosen.add(entry.getValue());
            }
        }
        return new Listing(chosen, at, false, 0);
    }

    /// Starts a watch with the events after a revision.
    ///
    /// @throws CompactedException when the cache no longer has all of them, or has been expired
    public void watchFrom(long fromRevision, WatchListener listener) {
        lock.writeLock().lock();
        try {
            requireInUse();
            if (!ring.reachesBackTo(fromRevision)) {
                throw new CompactedException("too old resource version: " + fromRevision + " (" + current() + ")");
            }
            ring.after(fromRevision).forEach(listener::onEvent);
            listeners.add(listener);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Starts a watch with the present state, sent as added objects.
    ///
    /// @throws CompactedException when the cache has been expired
    public void watchFromState(WatchListener listener, boolean markEnd) {
        lock.writeLock().lock();
        try {
            requireInUse();
            state.values().forEach(object -> listener.onEvent(new CacheEvent(CacheEvent.Type.ADDED, object, null)));
            if (markEnd) {
                listener.onInitialEventsEnd(current());
            }
            listeners.add(listener);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void requireInUse() {
        if (expiredAt >= 0) {
            throw new CompactedException("too old resource version: the watch cache was filled anew");
        }
    }

    public void stop(WatchListener listener) {
        lock.writeLock().lock();
        try {
            listeners.remove(listener);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Sends the cache's revision to one listener, in order with the events.
    public void sendProgress(WatchListener listener) {
        lock.writeLock().lock();
        try {
            if (listeners.contains(listener)) {
                listener.onProgress(current());
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Replaces the state by a list; all watches end and must be started anew.
    void replace(List<Store.Value> values, long listRevision, int prefixLength) {
        lock.writeLock().lock();
        try {
            state.clear();
            unreadable.clear();
            for (Store.Value value : values) {
                CachedObject object = scan(value.key().substring(prefixLength), value.bytes(), value.revision());
                if (object != null) {
                    state.put(object.key(), object);
                }
            }
            ring.restart(listRevision);
            revision = listRevision;
            listedAt = listRevision;
            listeners.forEach(WatchListener::onExpired);
            listeners.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Ends all watches and refuses new ones, since the cache gets no further changes. Lists show the state at this time.
    void expire() {
        lock.writeLock().lock();
        try {
            if (expiredAt < 0) {
                expiredAt = current();
            }
            listeners.forEach(WatchListener::onExpired);
            listeners.clear();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Applies changes in order.
    void apply(List<StoreWatch.Change> changes, int prefixLength) {
        lock.writeLock().lock();
        try {
            for (StoreWatch.Change change : changes) {
                if (change.revision() <= listedAt) {
                    continue;
                }
                CacheEvent event = toEvent(change, change.key().substring(prefixLength));
                if (event != null) {
                    ring.add(event);
                    revision = event.revision();
                    listeners.forEach(listener -> listener.onEvent(event));
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private @Nullable CacheEvent toEvent(StoreWatch.Change change, String key) {
        return switch (change) {
            case StoreWatch.Put put -> {
                CachedObject object = scan(key, put.bytes(), put.revision());
                if (object == null) {
                    yield null;
                }
                CachedObject previous = state.put(key, object);
                yield new CacheEvent(previous == null ? CacheEvent.Type.ADDED : CacheEvent.Type.MODIFIED, object, previous);
            }
            case StoreWatch.Removed removed -> {
                CachedObject previous = state.remove(key);
                unreadable.remove(key);
                yield previous == null ? null : new CacheEvent(CacheEvent.Type.DELETED, previous.withRevision(removed.revision()), previous);
            }
        };
    }

    /// Scans a stored value; null if it cannot be read. To be called with the write lock held.
    private @Nullable CachedObject scan(String key, byte[] bytes, long at) {
        try {
            CachedObject object = scanner.scan(key, bytes, at);
            if (!unreadable.isEmpty()) {
                unreadable.remove(key);
            }
            return object;
        } catch (RuntimeException malformed) {
            LOG.error("{} {} cannot be read", type.qualifiedPlural(), key, malformed);
            unreadable.put(key, unreadableMessage(key));
            return null;
        }
    }

    /// Scans bytes for a reader; uses none of the guarded fields, so no lock is needed.
    private CachedObject scanForReader(String key, byte[] bytes, long at) {
        try {
            return scanner.scan(key, bytes, at);
        } catch (RuntimeException malformed) {
            throw new UnreadableObjectException(unreadableMessage(key));
        }
    }

    private String unreadableMessage(String key) {
        return "unable to transform key \"" + type.keySegment() + "/" + key + "\": the stored bytes cannot be read";
    }
}
