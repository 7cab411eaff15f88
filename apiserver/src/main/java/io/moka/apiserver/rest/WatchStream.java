package io.moka.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.storage.CacheEvent;
import io.moka.apiserver.storage.CachedObject;
import io.moka.apiserver.storage.WatchListener;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One client's watch. The cache puts events in under its lock; the drainer takes them out and writes them, stopping while the
/// client reads slower than it is sent. When [#MAX_PENDING] events wait, the watch ends: the client watches again from the last one it saw.
final class WatchStream implements WatchListener {
    static final int MAX_PENDING = 1000;
    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final int USUAL_CHUNK_BYTES = 4 * 1024;
    private static final Map<String, byte[]> HEADS = Map.of("ADDED", head("ADDED"), "MODIFIED", head("MODIFIED"), "DELETED", head("DELETED"),
            "BOOKMARK", head("BOOKMARK"), "ERROR", head("ERROR"));
    private static final byte[] TAIL = "}\n".getBytes(UTF_8);

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
    private final HttpServerResponse response;
    private final Executor drainer;
    private final Function<CachedObject, byte[]> encoder;
    private final CountDownLatch ended = new CountDownLatch(1);

    // guarded by this: draining tells that the drainer will look again; the first events may be more than MAX_PENDING
    private final Deque<Frame> pending = new ArrayDeque<>();
    private boolean starting = true;
    private boolean draining;
    private boolean closing;

    WatchStream(Target target, Selection selection, long afterRevision, HttpServerResponse response, Executor drainer, Function<CachedObject, byte[]> encoder) {
        this.type = target.type();
        this.scope = target.scope();
        this.selection = selection;
        this.afterRevision = afterRevision;
        this.response = response;
        this.drainer = drainer;
        this.encoder = encoder;
        response.drainHandler(ready -> drainSoon());
        response.closeHandler(gone -> end());
        response.exceptionHandler(gone -> end());
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
        while (!response.writeQueueFull()) {
            Buffer chunk = Buffer.buffer(USUAL_CHUNK_BYTES);
            boolean last = fill(chunk);
            if (chunk.length() > 0 && !response.closed()) {
                response.write(chunk);
            }
            if (last) {
                end();
                return;
            }
            synchronized (this) {
                if (pending.isEmpty()) {
                    draining = false;
                    if (closing) {
                        end();
                    }
                    return;
                }
            }
        }
        synchronized (this) {
            draining = false;
        }
        if (!response.writeQueueFull()) {
            drainSoon();
        }
    }

    /// Moves waiting frames into a chunk; true when nothing may follow.
    private boolean fill(Buffer chunk) {
        while (chunk.length() < MAX_CHUNK_BYTES) {
            Frame frame;
            synchronized (this) {
                frame = pending.poll();
            }
            switch (frame) {
                case null -> {
                    return false;
                }
                case Frame.Event(String kind, CachedObject object) -> {
                    if (!append(chunk, kind, object)) {
                        return true;
                    }
                }
                case Frame.Bookmark bookmark -> append(chunk, "BOOKMARK", bookmark(bookmark));
                case Frame.Failure(ApiException why) -> {
                    append(chunk, "ERROR", Json.write(why.status().toJson()));
                    return true;
                }
            }
        }
        return false;
    }

    /// False when the object cannot be shown, as when its conversion fails; the client is told, and nothing may follow.
    private boolean append(Buffer chunk, String kind, CachedObject object) {
        try {
            append(chunk, kind, encoder.apply(object));
            return true;
        } catch (ApiException why) {
            append(chunk, "ERROR", Json.write(why.status().toJson()));
            return false;
        }
    }

    private static void append(Buffer chunk, String kind, byte[] object) {
        chunk.appendBytes(HEADS.get(kind)).appendBytes(object).appendBytes(TAIL);
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
