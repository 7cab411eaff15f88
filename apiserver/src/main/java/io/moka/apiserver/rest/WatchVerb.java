package io.moka.apiserver.rest;

import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.http.WebSocketUpgrade;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.storage.CompactedException;
import io.moka.apiserver.storage.WatchCache;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

/// GET with `watch=true`: the changes of a collection, for as long as client and server like. The request's virtual thread waits
/// meanwhile, and sends bookmarks; the events themselves are written by the connection's event loop.
final class WatchVerb {
    private static final Duration BOOKMARK_INTERVAL = Duration.ofSeconds(30);
    private static final int MIN_TIMEOUT_SECONDS = 1800;

    private final Registry registry;
    private final Answers answers;
    private final Set<WatchStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    WatchVerb(Registry registry, Answers answers) {
        this.registry = registry;
        this.answers = answers;
    }

    void watch(Exchange exchange, Target target) {
        WatchCache cache = registry.caches().of(target.type());
        Selection asked = Selection.of(target.type(), cache.type(), exchange.query());
        Selection selection = target.name().isEmpty() ? asked : asked.named(target.name());
        Representation form = Representation.of(exchange);
        Start start = Start.of(exchange, registry);
        WatchSink sink = WebSocketUpgrade.isWanted(exchange) ? WebSocketSink.begin(exchange) : ChunkedSink.begin(exchange);
        WatchStream stream = new WatchStream(target, selection, start.afterRevision(), sink, drainer(exchange, target, form),
                answers.events(form, target.type()));
        open.add(stream);
        try {
            begin(cache, start, stream);
            exchange.begun();
            stay(exchange, cache, stream);
        } finally {
            cache.stop(stream);
            open.remove(stream);
            sink.close();
        }
    }

    /// Bytes that are ready may be written by the event loop; what must be rendered first is, on a thread that may take its time.
    private static Executor drainer(Exchange exchange, Target target, Representation form) {
        boolean ready = form instanceof Representation.AsMetadata || form instanceof Representation.Plain && !StoredForms.differ(target.type());
        return ready ? exchange.eventLoop() : Thread::startVirtualThread;
    }

    /// Where a watch begins.
    ///
    /// @param afterRevision with `fromState` 0
    private record Start(boolean fromState, boolean markEnd, long afterRevision) {

        static Start of(Exchange exchange, Registry registry) {
            ListRules.checkWatch(exchange.query());
            ResourceVersions versions = ResourceVersions.of(exchange.query());
            if (exchange.query().has("sendInitialEvents")) {
                return withInitialEvents(exchange, registry, versions);
            }
            return switch (versions) {
                case ResourceVersions.MostRecent recent -> {
                    recent.await(registry.caches());
                    yield new Start(true, false, 0);
                }
                case ResourceVersions.Any() -> new Start(true, false, 0);
                case ResourceVersions.NotOlderThan(long revision) -> new Start(false, false, revision);
                case ResourceVersions.Exact(long revision) -> new Start(false, false, revision);
            };
        }

        private static Start withInitialEvents(Exchange exchange, Registry registry, ResourceVersions versions) {
            versions.await(registry.caches());
            boolean wanted = exchange.query().flag("sendInitialEvents");
            return new Start(wanted, wanted && exchange.query().flag("allowWatchBookmarks"), wanted ? 0 : registry.caches().revision());
        }
    }

    private void begin(WatchCache cache, Start start, WatchStream stream) {
        try {
            if (start.fromState()) {
                cache.watchFromState(stream, start.markEnd());
            } else {
                cache.watchFrom(start.afterRevision(), stream);
            }
        } catch (CompactedException tooOld) {
            stream.fail(ApiException.gone(String.valueOf(tooOld.getMessage())));
        }
        stream.started();
    }

    /// Waits until the watch ends, and reminds the client now and then of how far it is.
    private void stay(Exchange exchange, WatchCache cache, WatchStream stream) {
        boolean bookmarks = exchange.query().flag("allowWatchBookmarks");
        long askedSeconds = exchange.query().number("timeoutSeconds", 0);
        Duration timeout = Duration.ofSeconds(askedSeconds > 0 ? askedSeconds
                : MIN_TIMEOUT_SECONDS + ThreadLocalRandom.current().nextInt(MIN_TIMEOUT_SECONDS));
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!stopping) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || stream.awaitEnd(Duration.ofNanos(Math.min(left, BOOKMARK_INTERVAL.toNanos())))) {
                return;
            }
            if (bookmarks) {
                cache.sendProgress(stream);
            }
        }
    }

    /// Ends all watches; clients watch again elsewhere, or here when we are back.
    void stop() {
        stopping = true;
        open.forEach(WatchStream::end);
    }
}
