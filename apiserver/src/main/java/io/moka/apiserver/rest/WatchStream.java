package io.moka.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.storage.CacheEvent;
import io.moka.apiserver.storage.CachedObject;
import io.moka.apiserver.storage.WatchListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client's watch. The cache puts events in under its lock; the drainer takes them out and writes them, stopping while the
/// client reads slower than it is sent. When [#MAX_PENDING] events wait, the watch ends: the client watches again from the last one it saw.
final class WatchStream implements WatchListener {
    static final int MAX_PENDING = 1000;
    private static final Map<String, byte[]> HEADS = Map.of("ADDED", head("ADDED"), "MODIFIED", head("MODIFIED"), "DELETED", head("DELETED"),
            "BOOKMARK", head("BOOKMARK"), "ERROR", head("ERROR"));

    /// What is to be written next.
    private sealed interface Frame {
        record Event(String type, CachedObject object) implements Frame {}

        record Bookmark(long revision, boolean initialEventsEnd) implements Frame {}

        record Failure(ApiException why) implements Frame {}
    }

    private final ResourceType type;
    private final Selection selection;
    private final String scope;
    private final long afterRevision;
    private final WatchSink sink;
    private final Executor drainer;
    private final EventForm form;
    private final CountDownLatch ended = new CountDownLatch(1);

    // guarded by this: draining tells that the drainer will look again; the first events may be more than MAX_PENDING
    private final Deque<Frame> pending = new ArrayDeque<>();
    private boolean starting = true;
    private boolean draining;
    private boolean closing;

    WatchStream(Target target, Selection selection, long afterRevision, WatchSink sink, Executor drainer, EventForm form) {
        this.type = target.type();
        this.scope = target.scope();
        this.selection = selection;
        this.afterRevision = afterRevision;
        this.sink = sink;
        this.drainer = drainer;
        this.form = form;
        sink.listen(this::drainSoon, this::end);
    }

    /// From now on the bound holds.
    void started() {
        synchronized (this) {
            starting = false;
        }
        drainSoon();
    }

    @Override
    public void onEvent(CacheEvent event) {
        if (event.revision() <= afterRevision) {
            return;
        }
        Frame frame = select(event);
        if (frame != null) {
            add(frame);
        }
    }

    /// What the event is to this client: an object that begins to match is added, one that no longer does is deleted.
    private @Nullable Frame select(CacheEvent event) {
        if (!event.object().key().startsWith(scope)) {
            return null;
        }
        boolean matches = event.type() != CacheEvent.Type.DELETED && selection.test(event.object());
        CachedObject previous = event.previous();
        boolean matched = previous != null && selection.test(previous);
        if (matches) {
            return new Frame.Event(matched ? "MODIFIED" : "ADDED", event.object());
        }
        if (!matched) {
            return null;
        }
        return new Frame.Event("DELETED", event.type() == CacheEvent.Type.DELETED ? event.object() : previous.withRevision(event.revision()));
    }

    @Override
    public void onProgress(long revision) {
        add(new Frame.Bookmark(revision, false));
    }

    @Override
    public void onInitialEventsEnd(long revision) {
        add(new Frame.Bookmark(revision, true));
    }

    @Override
    public void onExpired() {
        fail(ApiException.gone("too old resource version: the watch cache was filled anew"));
    }

    void fail(ApiException why) {
        synchronized (this) {
            pending.add(new Frame.Failure(why));
        }
        drainSoon();
    }

    private void add(Frame frame) {
        boolean wake;
        synchronized (this) {
            if (closing) {
                return;
            }
            if (!starting && pending.size() >= MAX_PENDING) {
                closing = true;
            } else {
                pending.add(frame);
            }
            wake = !starting && !draining;
            draining |= wake;
        }
        if (wake) {
            drainer.execute(this::drain);
        }
    }

    private void drainSoon() {
        synchronized (this) {
            if (starting || draining) {
                return;
            }
            draining = true;
        }
        drainer.execute(this::drain);
    }

    private void drain() {
        while (!sink.full()) {
            Frame frame;
            synchronized (this) {
                frame = pending.poll();
            }
            if (frame == null) {
                sink.flush();
                if (isDrained()) {
                    return;
                }
            } else if (!write(frame)) {
                sink.flush();
                end();
                return;
            }
        }
        sink.flush();
        synchronized (this) {
            draining = false;
        }
        if (!sink.full()) {
            drainSoon();
        }
    }

    /// True when there is nothing left for the drainer to do; the next event wakes it again.
    private synchronized boolean isDrained() {
        if (!pending.isEmpty()) {
            return false;
        }
        draining = false;
        if (closing) {
            end();
        }
        return true;
    }

    /// False when nothing may follow: the watch has failed, or the object cannot be shown, as when its conversion fails.
    private boolean write(Frame frame) {
        try {
            switch (frame) {
                case Frame.Event(String kind, CachedObject object) -> write(kind, form.object(object));
                case Frame.Bookmark bookmark -> write("BOOKMARK", form.bookmark(bookmark(bookmark)));
                case Frame.Failure(ApiException why) -> throw why;
            }
            return true;
        } catch (ApiException why) {
            write("ERROR", Json.write(why.status().toJson()));
            return false;
        }
    }

    private void write(String kind, byte[] object) {
        sink.event(HEADS.get(kind), object);
    }

    private static byte[] head(String kind) {
        return ("{\"type\":\"" + kind + "\",\"object\":").getBytes(UTF_8);
    }

    private byte[] bookmark(Frame.Bookmark bookmark) {
        String annotations = bookmark.initialEventsEnd() ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
        return ("{\"kind\":\"" + type.kind() + "\",\"apiVersion\":\"" + type.groupVersion() + "\",\"metadata\":{\"resourceVersion\":\""
                + bookmark.revision() + "\",\"creationTimestamp\":null" + annotations + "}}").getBytes(UTF_8);
    }

    void end() {
        ended.countDown();
    }

    /// True when the watch has ended before the time was over.
    boolean awaitEnd(Duration patience) {
        try {
            return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
