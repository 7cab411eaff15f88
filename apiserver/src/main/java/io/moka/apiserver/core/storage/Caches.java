package io.moka.apiserver.core.storage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The watch caches of all stored resources, and the feed that fills them.
public final class Caches implements ObjectReader, AutoCloseable {
    private static final Duration BEFORE_NUDGE = Duration.ofMillis(100);
    private static final byte[] NUDGE = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Store store;
    private final String prefix;
    private final Catalog catalog;
    private final CacheProgress progress = new CacheProgress();
    private final Map<String, WatchCache> bySegment = new ConcurrentHashMap<>();
    private final CacheBounds bounds;
    /// Held while changes are passed to caches, and while a cache is added or removed: a cache in `bySegment` has received every change
    /// that the feed has passed on, and one that is not in it has been expired. Acquired before any cache's own lock.
    private final ReentrantLock membership = new ReentrantLock();
    private final CountDownLatch synced = new CountDownLatch(1);
    private final CacheFeed feed;
    private final SharedRead<Void> nudges = new SharedRead<>(this::writeNudge);

    private final AtomicLong compactedRevision = new AtomicLong();

    /// @param prefix the prefix of all keys; ends in `/`
    public Caches(Store store, String prefix, Catalog catalog, CacheBounds bounds) {
        this.store = store;
        this.prefix = prefix;
        this.catalog = catalog;
        this.bounds = bounds;
        for (ResourceType type : catalog.all()) {
            if (type.stored()) {
                bySegment.computeIfAbsent(type.keySegment(), ignored -> new WatchCache(type, bounds, progress));
            }
        }
        feed = new CacheFeed(store, prefix, this, progress);
    }

    /// Begins to cache a type while the server runs; on return its cache has all objects in the store. A type whose key segment is known but
    /// whose selectable fields differ gets a new cache; watches of the old one end and must be started anew.
    public void add(ResourceType type) {
        membership.lock();
        try {
            WatchCache known = bySegment.get(type.keySegment());
            if (known != null && known.type().selectableFields().equals(type.selectableFields())) {
                return;
            }
            WatchCache cache = new WatchCache(type, bounds, progress);
            feed.fill(cache);
            bySegment.put(type.keySegment(), cache);
            if (known != null) {
                known.expire();
            }
        } finally {
            membership.unlock();
        }
    }

    /// Removes the cache of a type that is no longer served, and ends all watches of it.
    public void remove(ResourceType type) {
        membership.lock();
        try {
            WatchCache known = bySegment.remove(type.keySegment());
            if (known != null) {
                known.expire();
            }
        } finally {
            membership.unlock();
        }
    }

    /// Runs a step during which no cache is added or removed.
    void withMembership(Runnable step) {
        membership.lock();
        try {
            step.run();
        } finally {
            membership.unlock();
        }
    }

    /// Begins to fill the caches, on a thread of its own.
    public void start() {
        feed.start();
    }

    /// Refuses lists and pages at revisions before this one, even if a cache could still serve them, since other servers could not.
    public void compacted(long revision) {
        compactedRevision.accumulateAndGet(revision, Math::max);
    }

    /// Returns the revision to which the store has been compacted, 0 when it is not known.
    public long compactedRevision() {
        return compactedRevision.get();
    }

    /// Whether the caches have been filled since the start.
    public boolean synced() {
        return synced.getCount() == 0;
    }

    /// Whether the caches are filled and being kept up to date at this moment.
    public boolean following() {
        return synced() && feed.following();
    }

    public boolean awaitSynced(Duration patience) throws InterruptedException {
        return synced.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    void markSynced() {
        synced.countDown();
    }

    /// Returns the cache of a stored type. Types with the same key segment share it.
    ///
    /// @throws UncachedTypeException when the type is not stored, or its definition has been deleted meanwhile
    public WatchCache of(ResourceType type) {
        WatchCache cache = bySegment.get(type.keySegment());
        if (cache == null) {
            throw new UncachedTypeException(type.qualifiedPlural());
        }
        return cache;
    }

    Collection<WatchCache> all() {
        return bySegment.values();
    }

    @Nullable WatchCache ofKey(String key) {
        int first = key.indexOf('/', prefix.length());
        if (first < 0) {
            return null;
        }
        WatchCache cache = bySegment.get(key.substring(prefix.length(), first));
        if (cache != null) {
            return cache;
        }
        int second = key.indexOf('/', first + 1);
        return second < 0 ? null : bySegment.get(key.substring(prefix.length(), second));
    }

    int prefixLength(WatchCache cache) {
        return prefix.length() + cache.type().keySegment().length() + 1;
    }

    /// Waits until everything that was acknowledged before this call is in the caches.
    public void awaitFresh() {
        awaitRevision(store.currentRevision(), Duration.ofSeconds(10));
    }

    /// @throws StoreUnavailableException when the caches do not reach the revision in time
    public void awaitRevision(long revision, Duration patience) {
        if (progress.await(revision, BEFORE_NUDGE)) {
            return;
        }
        nudge(revision);
        if (!progress.await(revision, patience.minus(BEFORE_NUDGE))) {
            throw new StoreUnavailableException(StoreUnavailableException.Reason.UNAVAILABLE, "the caches are behind etcd: they wait for revision " + revision + " at " + progress.revision());
        }
    }

    /// Writes a key below the server's prefix, so that the watch reports a revision that is late enough: revisions of
    /// other users of etcd never come through it. Concurrent callers share one write, which began after they called.
    private void nudge(long revision) {
        if (progress.revision() < revision && store.currentRevision() >= revision) {
            nudges.read();
        }
    }

    private CompletableFuture<Void> writeNudge() {
        return CompletableFuture.runAsync(() -> {
            String key = prefix + "moka/progress";
            Store.Value current = store.get(key);
            store.update(key, NUDGE, current == null ? 0 : current.revision(), 0);
        }, task -> Thread.ofVirtual().name("cache-nudge").start(task));
    }

    /// Lists everything again if a value could not be read before.
    public void relist() {
        if (all().stream().anyMatch(WatchCache::hasUnreadable)) {
            feed.relist();
        }
    }

    /// Returns the number of objects of a resource; negative when there is no such resource.
    public int count(String group, String version, String plural) {
        ResourceType type = catalog.find(group, version, plural);
        return type == null || !type.stored() ? -1 : of(type).size();
    }

    /// Returns the revision that every cache has reached.
    public long revision() {
        return progress.revision();
    }

    @Override
    public List<ObjectNode> list(ResourceType type, String namespace) {
        String scope = namespace.isEmpty() ? "" : namespace + "/";
        return of(type).list(scope, "", 0, 0, all -> true, true).orElseThrow().objects().stream().map(Caches::parse).toList();
    }

    @Override
    public @Nullable ObjectNode get(ResourceType type, String namespace, String name) {
        CachedObject found = of(type).get(namespace.isEmpty() ? name : namespace + "/" + name);
        return found == null ? null : parse(found);
    }

    @Override
    public long revision(ResourceType type) {
        return of(type).lastChange();
    }

    private static ObjectNode parse(CachedObject object) {
        try {
            return (ObjectNode) JSON.readTree(object.json());
        } catch (IOException impossible) {
            throw new UncheckedIOException("a cached object is not JSON: " + object.key(), impossible);
        }
    }

    @Override
    public void close() {
        feed.stop();
    }
}
