package io.moka.apiserver.storage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.resource.ObjectReader;
import io.moka.apiserver.resource.ResourceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    /// Held while changes are handed to caches, and while a cache joins or leaves.
    private final ReentrantLock membership = new ReentrantLock();
    private final CountDownLatch synced = new CountDownLatch(1);
    private final CacheFeed feed;

    /// @param prefix ends in `/`
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

    /// Begins to cache a type while the server runs; on return its cache has all that the store has. A type whose place is known but
    /// whose selectable fields differ gets a new cache, and those who watch the old one must begin anew.
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

    /// Ends the cache of a type that is no longer served, and all watches of it.
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

    /// Runs what must see the same caches from beginning to end.
    void withMembership(Runnable step) {
        membership.lock();
        try {
            step.run();
        } finally {
            membership.unlock();
        }
    }

    /// Begins to fill the caches, in a thread of its own.
    public void start() {
        feed.start();
    }

    public boolean synced() {
        return synced.getCount() == 0;
    }

    public boolean awaitSynced(Duration patience) throws InterruptedException {
        return synced.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    void markSynced() {
        synced.countDown();
    }

    /// The cache of a stored type. Types that share their place in etcd share it.
    public WatchCache of(ResourceType type) {
        WatchCache cache = bySegment.get(type.keySegment());
        if (cache == null) {
            throw new IllegalArgumentException(type + " is not stored");
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

    /// Everything that was acknowledged before this call is in the caches when it returns.
    public void awaitFresh() {
        awaitRevision(store.currentRevision(), Duration.ofSeconds(10));
    }

    /// @throws StoreUnavailableException when the caches do not get there in time
    public void awaitRevision(long revision, Duration patience) {
        if (progress.await(revision, BEFORE_NUDGE)) {
            return;
        }
        nudge(revision);
        if (!progress.await(revision, patience.minus(BEFORE_NUDGE))) {
            throw new StoreUnavailableException("the caches are behind etcd: they wait for revision " + revision + " at " + progress.revision());
        }
    }

    /// Revisions used by others than us, outside our prefix, never come through the watch. A write of our own does, and is later than they are.
    private void nudge(long revision) {
        if (progress.revision() < revision && store.currentRevision() >= revision) {
            String key = prefix + "moka/progress";
            Store.Value current = store.get(key);
            store.update(key, NUDGE, current == null ? 0 : current.revision(), 0);
        }
    }

    /// Reads everything again if something could not be read before.
    public void relist() {
        if (all().stream().anyMatch(WatchCache::hasUnreadable)) {
            feed.relist();
        }
    }

    /// How many objects of a resource there are; negative when there is no such resource.
    public int count(String group, String version, String plural) {
        ResourceType type = catalog.find(group, version, plural);
        return type == null || !type.stored() ? -1 : of(type).size();
    }

    /// The revision that every cache has reached.
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
