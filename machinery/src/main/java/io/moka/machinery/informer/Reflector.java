package io.moka.machinery.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.Resources;
import io.moka.machinery.client.Watch;
import io.moka.machinery.client.WatchEvent;
import io.moka.machinery.time.Sleeper;
import io.moka.machinery.workqueue.Backoff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lists the objects once, then watches them for ever. The reflector is the only part of an informer that sends requests to the server.
///
/// A watch that ends, for whatever reason, is opened again at the last revision seen; only `410 Gone` makes the reflector list anew. A list that is older than
/// the last state seen, as a lagging server may have, is never accepted. Follows upstream's `cache.Reflector`.
final class Reflector<T extends HasMetadata> implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Reflector.class);
    private static final int PAGE = 500;
    private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(100);
    /// A cluster that starts has its server up within seconds, and waits for us.
    private static final Duration LONGEST_AT_START = Duration.ofMillis(250);
    private static final Duration START = Duration.ofSeconds(30);
    /// A server that is away costs nothing by being asked, and is to be found soon when it is back.
    private static final Duration LONGEST_WHILE_AWAY = Duration.ofSeconds(5);
    /// A server that answers with errors may be overloaded.
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);
    /// A server does not keep us away for longer, whatever it asks for.
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(2);
    /// A watch that lasted so long was useful, though it brought nothing.
    private static final Duration USEFUL_WATCH = Duration.ofSeconds(1);
    /// A resource that the server does not have, as its definition has been deleted, may never come back.
    private static final Duration LONGEST_WHILE_MISSING = Duration.ofMinutes(2);

    private final Resources<T> resources;
    private final String namespace;
    private final ListOptions selection;
    private final DeltaFifo<T> fifo;
    private final Indexer<T> known;
    private final Backoff backoff = new Backoff(SHORTEST_BACKOFF, LONGEST_BACKOFF);
    private final Sleeper sleeper;
    private final LongSupplier nanoTime;
    private final long createdAt;
    private final Backoff whileMissing = new Backoff(SHORTEST_BACKOFF, LONGEST_WHILE_MISSING);

    // written by the reflector's thread alone; read by close()
    private volatile boolean running = true;
    private volatile @Nullable Watch<T> open;

    // written by the reflector's thread alone: when the server first failed to answer, since it last did; 0 while it answers
    private volatile long brokenSince;

    // the reflector's thread alone: the revision up to which everything is in the fifo, null before the first list; and whether that is
    // still in the server's history, so that it can be watched from
    private @Nullable String revision;
    private boolean watchable;
    // the reflector's thread alone: the server cannot list at the revision, so that only its newest state will do
    private boolean unavailable;
    private boolean missing;

    Reflector(Resources<T> resources, String namespace, ListOptions selection, DeltaFifo<T> fifo, Indexer<T> known, Sleeper sleeper, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.createdAt = nanoTime.getAsLong();
        this.sleeper = sleeper;
        this.resources = resources;
        this.namespace = namespace;
        this.selection = selection;
        this.fifo = fifo;
        this.known = known;
    }

    @Override
    public void run() {
        while (running) {
            boolean listing = !watchable;
            try {
                if (listing) {
                    list();
                }
                listing = false;
                if (!watch()) {
                    pause("a watch ended at once", backoff.nextJittered());
                }
            } catch (ApiException e) {
                broken();
                recover(e, listing);
            } catch (IOException | UncheckedIOException e) {
                broken();
                pause(e.getMessage(), shorter(backoff.nextJittered(), LONGEST_WHILE_AWAY));
            }
        }
    }

    private void broken() {
        if (brokenSince == 0) {
            brokenSince = nanoTime.getAsLong() | 1;
        }
    }

    /// Returns for how long the server has refused or not answered all lists and watches; zero while a watch is open.
    Duration brokenFor() {
        long since = brokenSince;
        return since == 0 ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - since);
    }

    private void list() {
        var objects = new ArrayList<T>();
        String listed;
        String token = null;
        do {
            var page = resources.list(namespace, token == null ? firstPage() : selection.page(PAGE, token));
            page.items().forEach(object -> objects.add(ObjectCompaction.compact(withKind(object))));
            listed = page.resourceVersion();
            token = page.continueToken();
        } while (token != null);
        fifo.replace(objects, known);
        revision = listed;
        watchable = true;
        unavailable = false;
        missing = false;
        whileMissing.reset();
    }

    /// At the start whatever the server's cache holds; later nothing older than what was seen; and its newest state, by a quorum read, if
    /// the server does not have that revision any more, or not yet.
    private ListOptions firstPage() {
        if (unavailable) {
            return selection.page(PAGE, null);
        }
        return selection.notOlderThan(revision == null ? "0" : revision);
    }

    /// Returns when the watch ends; false if it has brought nothing and ended at once.
    private boolean watch() throws IOException {
        long start = nanoTime.getAsLong();
        boolean useful = false;
        var options = selection.revision(revision).timeout(watchTime());
        try (var watch = resources.watch(namespace, options)) {
            open = watch;
            brokenSince = 0;
            for (var event = watch.next(); event != null && running; event = watch.next()) {
                accept(event);
                backoff.reset();
                useful = true;
            }
            return useful || nanoTime.getAsLong() - start > USEFUL_WATCH.toNanos();
        } finally {
            open = null;
        }
    }

    private void accept(WatchEvent<T> event) {
        switch (event) {
            case WatchEvent.Added<T>(var object) -> fifo.add(new Delta.Upserted<>(ObjectCompaction.compact(object)));
            case WatchEvent.Modified<T>(var object) -> fifo.add(new Delta.Upserted<>(ObjectCompaction.compact(object)));
            case WatchEvent.Deleted<T>(var object) -> fifo.add(new Delta.Removed<>(object));
            case WatchEvent.Bookmark<T> bookmark -> { }
        }
        revision = event.resourceVersion();
    }

    private void recover(ApiException e, boolean listing) {
        if (e.isGone() || e.isTooNew()) {
            log.info("{}: revision {} is not in the server's history, listing again", resources.type().plural(), revision);
            watchable = false;
            unavailable = unavailable || listing || e.isTooNew();
            if (listing) {
                pause(e.getMessage(), backoff.nextJittered());
            }
        } else if (e.isNotFound()) {
            waitForResource();
        } else {
            var delay = backoff.nextJittered();
            var asked = e.retryAfter();
            pause(e.getMessage(), asked == null || asked.compareTo(delay) < 0 ? delay : shorter(asked, LONGEST_RETRY_AFTER));
        }
    }

    /// The objects known so far stay known until the resource can be listed again: its definition may have been replaced.
    private void waitForResource() {
        var delay = whileMissing.next();
        if (missing) {
            log.debug("{}: still not served; looking again in {} ms", resources.type().plural(), delay.toMillis());
        } else {
            log.info("{}: the server does not have this resource; looking again in ever longer intervals, of two minutes at most", resources.type().plural());
        }
        missing = true;
        watchable = false;
        unavailable = true;
        sleep(delay);
    }

    private void pause(@Nullable String why, Duration wanted) {
        if (!running) {
            return;
        }
        boolean starting = revision == null && nanoTime.getAsLong() - createdAt < START.toNanos();
        var delay = starting ? shorter(wanted, LONGEST_AT_START) : wanted;
        log.warn("{}: {}; trying again in {} ms", resources.type().plural(), why, delay.toMillis());
        sleep(delay);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private void sleep(Duration delay) {
        try {
            sleeper.sleep(delay);
        } catch (InterruptedException interrupted) {
            running = false;
        }
    }

    /// Five to ten minutes, so that the watches of many clients do not end together.
    private static Duration watchTime() {
        return Duration.ofSeconds(ThreadLocalRandom.current().nextLong(300, 600));
    }

    /// Items of a list come without their kind.
    private T withKind(T object) {
        object.setApiVersion(resources.type().apiVersion());
        return object;
    }

    void close() {
        running = false;
        var watch = open;
        if (watch != null) {
            try {
                watch.close();
            } catch (IOException e) {
                log.debug("closing the watch of {}", resources.type().plural(), e);
            }
        }
    }
}
