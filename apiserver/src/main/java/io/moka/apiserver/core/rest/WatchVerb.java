package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.WebSocketUpgrade;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.CompactedException;
import io.moka.apiserver.core.storage.WatchCache;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

/// Serves GET with `watch=true`: streams the changes of a collection until the client or the server ends the watch. The request's virtual thread waits
/// meanwhile, and sends bookmarks; the events themselves are written by the connection's event loop.
final class WatchVerb {
    static final Duration BOOKMARK_INTERVAL = Duration.ofMinutes(1);
    private static final int MIN_TIMEOUT_SECONDS = 1800;
    /// Multiplied by hash codes, which are close to each other, it makes numbers that are far from each other.
    private static final int SPREAD = 0x9E3779B9;

    private final VerbContext context;
    private final Answers answers;
    private final Set<WatchStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    WatchVerb(VerbContext context, Answers answers) {
        this.context = context;
        this.answers = answers;
    }

    void watch(Exchange exchange, Target target) {
        Representation form = form(exchange);
        Start start = Start.of(exchange, context);
        // after the wait: a cache that was replaced meanwhile takes no watches
        WatchCache cache = context.caches().of(target.type());
        Selection asked = Selection.of(target.type(), cache.type(), exchange.query());
        Selection selection = target.name().isEmpty() ? asked : asked.named(target.name());
        WatchSink sink = WebSocketUpgrade.isWanted(exchange) ? WebSocketSink.begin(exchange) : ChunkedSink.begin(exchange, form instanceof Representation.Binary);
        WatchStream stream = new WatchStream(target, selection, start.afterRevision(), sink, drainer(exchange, target, form),
                answers.events(form, target.type()));
        open.add(stream);
        try {
            begin(cache, start, stream);
            exchange.begun();
            stay(exchange, cache, stream);
        } finally {
            cache.stop(stream);
            stream.end();
            open.remove(stream);
            sink.close();
        }
    }

    /// Returns the form of the events. On a WebSocket they are JSON, even if the binary form is asked for.
    private static Representation form(Exchange exchange) {
        Representation form = Representation.of(exchange);
        return form instanceof Representation.Binary && WebSocketUpgrade.isWanted(exchange) ? new Representation.Plain() : form;
    }

    /// Returns the executor that writes events: the event loop for bytes that are ready, and a virtual thread when objects must be rendered first.
    private static Executor drainer(Exchange exchange, Target target, Representation form) {
        boolean ready = form instanceof Representation.AsMetadata || form instanceof Representation.Plain && !StoredForms.differ(target.type());
        return ready ? exchange.eventLoop() : Thread::startVirtualThread;
    }

    /// The start of a watch: the present state or a revision.
    ///
    /// @param afterRevision the revision; 0 with `fromState`
    private record Start(boolean fromState, boolean markEnd, long afterRevision) {

        static Start of(Exchange exchange, VerbContext context) {
            ListRules.checkWatch(exchange.query());
            ResourceVersions versions = ResourceVersions.of(exchange.query());
            if (exchange.query().has("sendInitialEvents")) {
                return withInitialEvents(exchange, context, versions);
            }
            return switch (versions) {
                case ResourceVersions.MostRecent recent -> {
                    recent.await(context.caches());
                    yield new Start(true, false, 0);
                }
                case ResourceVersions.Any() -> new Start(true, false, 0);
                case ResourceVersions.NotOlderThan(long revision) -> new Start(false, false, revision);
                case ResourceVersions.Exact(long revision) -> new Start(false, false, revision);
            };
        }

        private static Start withInitialEvents(Exchange exchange, VerbContext context, ResourceVersions versions) {
            versions.await(context.caches());
            boolean wanted = exchange.query().flag("sendInitialEvents");
            return new Start(wanted, wanted && exchange.query().flag("allowWatchBookmarks"), wanted ? 0 : context.caches().revision());
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

    /// Waits until the watch ends, and sends bookmarks at intervals.
    private void stay(Exchange exchange, WatchCache cache, WatchStream stream) {
        boolean bookmarks = exchange.query().flag("allowWatchBookmarks");
        long askedSeconds = exchange.query().number("timeoutSeconds", 0);
        Duration timeout = Duration.ofSeconds(askedSeconds > 0 ? askedSeconds
                : MIN_TIMEOUT_SECONDS + ThreadLocalRandom.current().nextInt(MIN_TIMEOUT_SECONDS));
        long now = System.nanoTime();
        long deadline = now + timeout.toNanos();
        long bookmark = now + untilBookmark(exchange.request().connection().hashCode(), now).toNanos();
        while (!stopping) {
            now = System.nanoTime();
            if (deadline - now <= 0 || stream.awaitEnd(Duration.ofNanos(Math.max(0, Math.min(deadline - now, bookmark - now))))) {
                return;
            }
            if (bookmark - System.nanoTime() <= 0) {
                bookmark += BOOKMARK_INTERVAL.toNanos();
                if (bookmarks) {
                    cache.sendProgress(stream);
                }
            }
        }
    }

    /// Returns how long a connection's next bookmarks are away. All its watches get theirs at the same moment, which wakes an idle client once in each interval
    /// and not once for each of its watches; the moments of several connections are spread over the interval.
    ///
    /// @param connection the connection's hash code
    /// @param nanos the monotonic clock
    static Duration untilBookmark(int connection, long nanos) {
        long interval = BOOKMARK_INTERVAL.toNanos();
        long moment = (Integer.toUnsignedLong(connection * SPREAD) * (interval / 1_000_000) >>> Integer.SIZE) * 1_000_000;
        return Duration.ofNanos(interval - Math.floorMod(nanos - moment, interval));
    }

    /// Ends all watches; clients start new ones, on another server or on this one after its restart.
    void stop() {
        stopping = true;
        open.forEach(WatchStream::end);
    }
}
