package io.moka.e2e.faults;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.Resources;
import io.moka.machinery.client.WatchEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Watches the witness's namespace through every fault and records the events.
///
/// A broken watch is resumed from the last resource version received. Only if the server answers that this is gone, the objects are listed anew,
/// and events in between are not expected. Between two lists no event may be missing, repeated or out of order.
final class WatchBook implements AutoCloseable {

    private static final Duration ROUND = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final String namespace;
    private final Resources<ConfigMap> maps;
    private final Thread thread = Thread.ofVirtual().name("watch-book").unstarted(this::run);

    // guarded by this
    private final TreeMap<Long, Long> seen = new TreeMap<>();
    private final TreeMap<Long, Long> stretches = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Set<String> present = new HashSet<>();
    private long begin;
    private long last;

    WatchBook(ApiClient client, String namespace) {
        this.namespace = namespace;
        this.maps = client.resources(ConfigMap.class);
    }

    void start() {
        list();
        thread.start();
    }

    private void list() {
        var page = maps.list(namespace, ListOptions.all());
        long version = Long.parseLong(page.resourceVersion());
        synchronized (this) {
            if (version < last) {
                violations.add("a list went back from " + last + " to " + version);
            }
            begin = version;
            last = version;
            stretches.put(begin, last);
            present.clear();
            page.items().forEach(map -> present.add(map.getMetadata().getName()));
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try (var watch = maps.watch(namespace, ListOptions.all().revision(Long.toString(last())).timeout(ROUND))) {
                for (var event = watch.next(); event != null; event = watch.next()) {
                    note(event);
                }
            } catch (ApiException e) {
                listIfGone(e);
            } catch (IOException | UncheckedIOException e) {
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (RuntimeException | Error e) {
                violation("the watch cannot be recorded any more: " + e);
                return;
            }
        }
    }

    private void listIfGone(ApiException failure) {
        try {
            if (failure.isGone()) {
                list();
            }
        } catch (ApiException | UncheckedIOException e) {
            // The server is away; the next watch is refused in the same way, and the list is tried again then.
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    private synchronized long last() {
        return last;
    }

    private synchronized void note(WatchEvent<ConfigMap> event) {
        long version = Long.parseLong(event.resourceVersion());
        advance(version, event instanceof WatchEvent.Bookmark);
        follow(event);
        var map = event.object();
        if (!(event instanceof WatchEvent.Bookmark) && map.getMetadata().getName().equals("ledger")) {
            seen.put(version, Long.parseLong(map.getData().get("value")));
        }
    }

    /// An object is added, then modified any number of times, then deleted.
    private void follow(WatchEvent<ConfigMap> event) {
        boolean possible = switch (event) {
            case WatchEvent.Added<ConfigMap>(var map) -> present.add(map.getMetadata().getName());
            case WatchEvent.Modified<ConfigMap>(var map) -> present.contains(map.getMetadata().getName());
            case WatchEvent.Deleted<ConfigMap>(var map) -> present.remove(map.getMetadata().getName());
            case WatchEvent.Bookmark<ConfigMap> bookmark -> true;
        };
        if (!possible) {
            violations.add("out of order: " + event.getClass().getSimpleName() + " of " + event.object().getMetadata().getName() + " at " + event.resourceVersion());
        }
    }

    private synchronized void violation(String text) {
        violations.add(text);
    }

    private void advance(long version, boolean mayRepeat) {
        if (version < last || version == last && !mayRepeat) {
            violations.add("version " + version + " came after " + last);
        }
        last = Math.max(last, version);
        stretches.put(begin, last);
    }

    /// Waits until the watch has seen the newest write, then compares.
    List<String> compare(Map<Long, Long> acknowledged, Duration patience) {
        long newest = acknowledged.keySet().stream().max(Long::compare).orElse(0L);
        long deadline = System.nanoTime() + patience.toNanos();
        while (last() < newest && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        synchronized (this) {
            var found = new ArrayList<>(violations);
            if (last < newest) {
                found.add("the watch has seen up to " + last + ", but " + newest + " was written");
            }
            acknowledged.forEach((version, value) -> {
                var stretch = stretches.lowerEntry(version);
                if (stretch != null && version <= stretch.getValue() && !value.equals(seen.get(version))) {
                    found.add("the write of " + value + " at " + version + " was seen as " + seen.get(version));
                }
            });
            return found;
        }
    }

    synchronized String summary() {
        return seen.size() + " events of the ledger in " + stretches.size() + " stretches";
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
