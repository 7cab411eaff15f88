package io.moka.machinery.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.Resources;
import io.moka.machinery.client.Watch;
import io.moka.machinery.client.WatchEvent;
import io.moka.machinery.workqueue.Backoff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lists once, then watches for ever: the only part of an informer that talks to the server.
///
/// A watch that ends, for whatever reason, is opened again at the last revision seen; only `410 Gone` makes it list anew.
/// Follows upstream's `cache.Reflector`.
final class Reflector<T extends HasMetadata> implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Reflector.class);
    private static final int PAGE = 500;
    private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(100);
    /// A cluster that starts has its server up within seconds, and waits for us.
    private static final Duration LONGEST_AT_START = Duration.ofMillis(250);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(1);

    private final Resources<T> resources;
    private final String namespace;
    private final ListOptions selection;
    private final DeltaFifo<T> fifo;
    private final Indexer<T> known;
    private final Backoff backoff = new Backoff(SHORTEST_BACKOFF, LONGEST_BACKOFF);

    // written by the reflector's thread alone; read by close()
    private volatile boolean running = true;
    private volatile @Nullable Watch<T> open;

    // the reflector's thread alone: the revision up to which everything is in the fifo; null before the first list
    private @Nullable String revision;
    private boolean everListed;

    Reflector(Resources<T> resources, String namespace, ListOptions selection, DeltaFifo<T> fifo, Indexer<T> known) {
        this.resources = resources;
        this.namespace = namespace;
        this.selection = selection;
        this.fifo = fifo;
        this.known = known;
    }

    @Override
    public void run() {
        while (running) {
            try {
                if (revision == null) {
                    list();
                }
                if (!watch()) {
                    pause("a watch ended at once");
                }
            } catch (ApiException e) {
                recover(e);
            } catch (IOException | UncheckedIOException e) {
                pause(e.getMessage());
            }
        }
    }

    private void list() {
        var objects = new ArrayList<T>();
        String listed;
        String token = null;
        do {
            var options = token == null ? selection.revision("0").page(0, null) : selection.page(PAGE, token);
            var page = resources.list(namespace, options);
            page.items().forEach(object -> objects.add(withKind(object)));
            listed = page.resourceVersion();
            token = page.continueToken();
        } while (token != null);
        fifo.replace(objects, known);
        revision = listed;
        everListed = true;
    }

    /// Returns when the watch ends; false if it has brought nothing and ended at once.
    private boolean watch() throws IOException {
        long start = System.nanoTime();
        boolean useful = false;
        var options = selection.revision(revision).timeout(watchTime());
        try (var watch = resources.watch(namespace, options)) {
            open = watch;
            for (var event = watch.next(); event != null && running; event = watch.next()) {
                accept(event);
                backoff.reset();
                useful = true;
            }
            return useful || System.nanoTime() - start > LONGEST_BACKOFF.toNanos();
        } finally {
            open = null;
        }
    }

    private void accept(WatchEvent<T> event) {
        switch (event) {
            case WatchEvent.Added<T>(var object) -> fifo.add(new Delta.Upserted<>(object));
            case WatchEvent.Modified<T>(var object) -> fifo.add(new Delta.Upserted<>(object));
            case WatchEvent.Deleted<T>(var object) -> fifo.add(new Delta.Removed<>(object));
            case WatchEvent.Bookmark<T> bookmark -> { }
        }
        revision = event.resourceVersion();
    }

    private void recover(ApiException e) {
        if (e.isGone()) {
            log.info("{}: revision {} has left the server's history, listing again", resources.type().plural(), revision);
            revision = null;
        } else {
            pause(e.getMessage());
        }
    }

    private void pause(@Nullable String why) {
        if (!running) {
            return;
        }
        var next = backoff.next();
        var delay = everListed || next.compareTo(LONGEST_AT_START) < 0 ? next : LONGEST_AT_START;
        log.warn("{}: {}; trying again in {} ms", resources.type().plural(), why, delay.toMillis());
        try {
            Thread.sleep(delay);
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
