package io.moka.apiserver.core.storage;

import io.moka.machinery.thread.NeededThread;
import io.moka.machinery.time.Sleeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps all caches up to date from one watch of the whole store: lists, watches, and lists again when the watch cannot be continued.
///
/// One watch for all resources makes freshness cheap: any write advances the revision that every cache has reached.
final class CacheFeed implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CacheFeed.class);
    private static final int PAGE_SIZE = 1000;
    private static final Duration RETRY = Duration.ofMillis(50);
    /// Time without a change after which the feed asks the store whether the watch has missed one.
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Store store;
    private final String prefix;
    private final Caches caches;
    private final CacheProgress progress;
    private final Duration silence;
    private final Sleeper sleeper;
    // An interrupt only wakes the feed; these fields say why. running: becomes false once, at the end. again: a list is wanted that begins
    // after this was set. following: the caches have been filled and the feed's last call to the store succeeded.
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicBoolean again = new AtomicBoolean();
    private volatile boolean following;
    private final Thread thread = NeededThread.unstartedPlatform("cache-feed", this);

    CacheFeed(Store store, String prefix, Caches caches, CacheProgress progress) {
        this(store, prefix, caches, progress, SILENCE, Sleeper.SYSTEM);
    }

    CacheFeed(Store store, String prefix, Caches caches, CacheProgress progress, Duration silence, Sleeper sleeper) {
        this.sleeper = sleeper;
        this.silence = silence;
        this.store = store;
        this.prefix = prefix;
        this.caches = caches;
        this.progress = progress;
    }

    void start() {
        thread.start();
    }

    /// Requests that the feed lists everything again soon.
    void relist() {
        again.set(true);
        thread.interrupt();
    }

    void stop() {
        running.set(false);
        thread.interrupt();
    }

    /// Whether the caches are being kept up to date at this moment.
    boolean following() {
        return following && thread.isAlive();
    }

    @Override
    public void run() {
        while (running.get()) {
            try {
                again.set(false);
                // the list below satisfies earlier requests for one; stop() sets running before it interrupts
                if (Thread.interrupted() && !running.get()) {
                    return;
                }
                long revision = list();
                follow(revision);
            } catch (CompactedException lost) {
                LOG.warn("Listing everything again: {}", lost.getMessage());
            } catch (StoreUnavailableException | InterruptedException failed) {
                pause(failed);
            } catch (RuntimeException unexpected) {
                LOG.error("The caches' feed failed and starts over", unexpected);
                pause(unexpected);
            }
        }
    }

    private void pause(Exception why) {
        if (!running.get() || again.get()) {
            return;
        }
        following = false;
        LOG.info("Waiting for etcd: {}", why.getMessage());
        try {
            sleeper.sleep(RETRY);
        } catch (InterruptedException woken) {
            LOG.debug("The caches' feed is woken", woken);
        }
    }

    private long list() {
        long[] revision = new long[1];
        caches.withMembership(() -> revision[0] = listAll());
        progress.advance(revision[0]);
        caches.markSynced();
        following = true;
        return revision[0];
    }

    private long listAll() {
        Map<WatchCache, List<Store.Value>> byCache = new LinkedHashMap<>();
        caches.all().forEach(cache -> byCache.put(cache, new ArrayList<>()));
        long revision = 0;
        String from = prefix;
        Store.Page page;
        do {
            page = store.range(prefix, from, PAGE_SIZE, revision);
            revision = revision == 0 ? page.revision() : revision;
            for (Store.Value value : page.values()) {
                WatchCache cache = caches.ofKey(value.key());
                if (cache != null) {
                    byCache.computeIfAbsent(cache, ignored -> new ArrayList<>()).add(value);
                }
                from = value.key() + '\0';
            }
        } while (page.more());
        for (var entry : byCache.entrySet()) {
            entry.getKey().replace(entry.getValue(), revision, caches.prefixLength(entry.getKey()));
        }
        return revision;
    }

    /// Lists one resource into its cache, which may then be ahead of the feed.
    void fill(WatchCache cache) {
        List<Store.Value> values = new ArrayList<>();
        String below = prefix + cache.type().keySegment() + "/";
        long revision = 0;
        String from = below;
        Store.Page page;
        do {
            page = store.range(below, from, PAGE_SIZE, revision);
            revision = revision == 0 ? page.revision() : revision;
            for (Store.Value value : page.values()) {
                values.add(value);
                from = value.key() + '\0';
            }
        } while (page.more());
        cache.replace(values, revision, below.length());
    }

    /// Watches until the changes after the last one seen have been compacted away.
    private void follow(long listed) throws InterruptedException {
        long seen = listed;
        while (running.get()) {
            try (StoreWatch watch = store.watch(prefix, seen + 1)) {
                if (!following) {
                    following = store.currentRevision() >= seen;
                }
                while (running.get()) {
                    List<StoreWatch.Change> changes = watch.take(silence);
                    if (changes.isEmpty()) {
                        if (store.currentRevision() > seen) {
                            LOG.debug("The watch of etcd has been silent since revision {} and is opened again", seen);
                            break;
                        }
                        continue;
                    }
                    caches.withMembership(() -> deliver(changes));
                    seen = changes.getLast().revision();
                    progress.advance(seen);
                    following = true;
                }
            } catch (StoreUnavailableException broken) {
                if (!running.get() || again.get()) {
                    return;
                }
                following = false;
                LOG.warn("The watch of etcd broke and resumes after revision {}: {}", seen, broken.getMessage());
                sleeper.sleep(RETRY);
            }
        }
    }

    /// Passes the changes on to the caches, in as few batches as their order allows.
    private void deliver(List<StoreWatch.Change> changes) {
        int start = 0;
        while (start < changes.size()) {
            WatchCache cache = caches.ofKey(changes.get(start).key());
            int end = start + 1;
            while (end < changes.size() && caches.ofKey(changes.get(end).key()) == cache) {
                end++;
            }
            if (cache != null) {
                cache.apply(changes.subList(start, end), caches.prefixLength(cache));
            }
            start = end;
        }
    }
}
