package io.moka.apiserver.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.storage.CacheBounds;
import io.moka.apiserver.core.storage.CacheEvent;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.core.storage.CasResult;
import io.moka.apiserver.core.storage.WatchCache;
import io.moka.apiserver.core.storage.WatchListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Caches of config maps and secrets on a [MemoryStore], and a listener that writes down what it is told.
public final class MemoryCaches implements AutoCloseable {
    public static final String PREFIX = "/registry/";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public final MemoryStore store = new MemoryStore();
    public final Catalog catalog = Catalog.builtin();
    public final ResourceType maps = catalog.get("", "v1", "configmaps");
    public final Caches caches;

    public MemoryCaches(CacheBounds bounds) {
        caches = new Caches(store, PREFIX, catalog, bounds);
    }

    public static MemoryCaches started() throws InterruptedException {
        MemoryCaches started = new MemoryCaches(CacheBounds.DEFAULT);
        started.start();
        return started;
    }

    /// Fills the caches; on return the feed watches the store.
    public void start() throws InterruptedException {
        caches.start();
        assertTrue(caches.awaitSynced(PATIENCE));
        await("the feed's watch", () -> store.openWatches() == 1);
    }

    public WatchCache cache() {
        return caches.of(maps);
    }

    public static byte[] json(String name, String label) {
        return ("{\"metadata\":{\"name\":\"" + name + "\",\"namespace\":\"n\",\"labels\":{\"l\":\"" + label + "\"}}}").getBytes(UTF_8);
    }

    public static String key(String name) {
        return PREFIX + "configmaps/n/" + name;
    }

    public long create(String name) {
        return committed(store.create(key(name), json(name, "1"), 0));
    }

    public long update(String name, long expected, String label) {
        return committed(store.update(key(name), json(name, label), expected, 0));
    }

    public long delete(String name, long expected) {
        return committed(store.delete(key(name), expected));
    }

    public static long committed(CasResult result) {
        return assertInstanceOf(CasResult.Committed.class, result).revision();
    }

    public void reach(long revision) {
        await("revision " + revision, () -> caches.revision() >= revision);
    }

    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "did not come: " + what);
            LockSupport.parkNanos(200_000);
        }
    }

    /// The names in a cache as it is now.
    public List<String> names() {
        return cache().list("", "", 0, 0, all -> true, true).orElseThrow().objects().stream().map(CachedObject::name).toList();
    }

    @Override
    public void close() {
        caches.close();
    }

    /// Writes down `ADDED a@5`, `BOOKMARK@5`, `END@5` and `EXPIRED`.
    public static final class Recorder implements WatchListener {
        // guarded by this
        private final List<String> told = new ArrayList<>();

        public synchronized List<String> told() {
            return List.copyOf(told);
        }

        @Override
        public synchronized void onEvent(CacheEvent event) {
            told.add(event.type() + " " + event.object().name() + "@" + event.revision());
        }

        @Override
        public synchronized void onProgress(long revision) {
            told.add("BOOKMARK@" + revision);
        }

        @Override
        public synchronized void onInitialEventsEnd(long revision) {
            told.add("END@" + revision);
        }

        @Override
        public synchronized void onExpired() {
            told.add("EXPIRED");
        }
    }
}
