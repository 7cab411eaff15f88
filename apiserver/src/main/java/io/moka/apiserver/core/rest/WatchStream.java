package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.CacheEvent;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.WatchListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's watch. The cache adds events under its lock. The drainer takes them out and writes them, and pauses while the
/// client reads more slowly than events arrive. When [#MAX_PENDING] events wait, the watch ends after them. When [PendingBytes] has no room for
/// another event, the watch ends at once and drops the waiting events. The client then watches again from the last event that it received.
final class WatchStream implements WatchListener {
    static final int MAX_PENDING = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);

    /// An item to write to the client.
    private sealed interface Frame {
        record Event(String type, CachedObject object) implements Frame {
            @Override
            public int bytes() {
                return object.json().length;
            }
        }

        record Bookmark(long revision, boolean initialEventsEnd) implements Frame {}

        record Failure(ApiException why) implements Frame {}

        /// Returns the number of bytes that the frame keeps in memory.
        default int bytes() {
            return 0;
        }
    }

    private final ResourceType type;
    private final Selection selection;
    private final String scope;
    private final long afterRevision;
    private final WatchSink sink;
    private final Executor drainer;
    private final EventForm form;
    private final CountDownLatch ended = new CountDownLatch(1);

    // Guarded by this. draining: a drainer runs or is scheduled, and will look at pending again; it is false whenever there is none. closing: no further
    // event is accepted. The initial events may be more than MAX_PENDING.
    private final Deque<Frame> pending = new ArrayDeque<>();
    private final PendingBytes.Queue pendingBytes;
    /// The number of frames at the head that belong to the initial state. They do not count towards the bounds: the cache holds their objects anyway.
    private int initial;
    private boolean starting = true;
    private boolean draining;
    private boolean closing;

    WatchStream(Target target, Selection selection, long afterRevision, WatchSink sink, Executor drainer, EventForm form) {
        this(target, selection, afterRevision, sink, drainer, form, PendingBytes.OF_ALL);
    }

    /// @param bytes the budget for waiting events of all watches
    WatchStream(Target target, Selection selection, long afterRevision, WatchSink sink, Executor drainer, EventForm form, PendingBytes bytes) {
        pendingBytes = bytes.queue();
        this.type = target.type();
        this.scope = target.scope();
        this.selection = selection;
        this.afterRevision = afterRevision;
        this.sink = sink;
        this.drainer = drainer;
        this.form = form;
        sink.listen(this::drainSoon, this::end);
    }

    /// Ends the start phase: from now on the bounds hold, and frames are written.
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

    /// Returns the event for this client, or null when it does not concern it. An object that begins to match is added, one that no longer matches is deleted.
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
        if (revision < afterRevision) {
            // the client's revision is from a server that was ahead of this one; a bookmark must not be older
            return;
        }
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
            if (closing) {
                return;
            }
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
            if (!starting && !pendingBytes.mayAdd(frame.bytes())) {
                end();
                return;
            }
            if (!starting && pending.size() - initial >= MAX_PENDING) {
                closing = true;
            } else {
                pending.add(frame);
                if (starting) {
                    initial++;
                } else {
                    pendingBytes.add(frame.bytes());
                }
            }
            wake = !starting && !draining;
            draining |= wake;
        }
        if (wake) {
            scheduleDrain();
        }
    }

    /// Schedules a drainer. Called when `draining` has been set.
    private void scheduleDrain() {
        try {
            drainer.execute(this::drain);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("A watch of {} ends: its event loop has stopped", type.qualifiedPlural());
            abort();
        }
    }

    private void drainSoon() {
        synchronized (this) {
            if (starting || draining) {
                return;
            }
            draining = true;
        }
        scheduleDrain();
    }

    /// Writes the pending frames. However it ends, the stream either waits for its next wake-up or has ended; `draining` is never set without a drainer.
    private void drain() {
        boolean orderly = false;
        try {
            drainPending();
            orderly = true;
        } catch (RuntimeException unexpected) {
            LOG.error("A watch of {} ends: an event could not be written", type.qualifiedPlural(), unexpected);
        } finally {
            if (!orderly) {
                abort();
            }
        }
    }

    /// Ends the watch without a further event; waiting events are dropped.
    private void abort() {
        synchronized (this) {
            closing = true;
            draining = false;
            pending.clear();
        }
        end();
    }

    private void drainPending() {
        while (!sink.full()) {
            Frame frame;
            synchronized (this) {
                frame = pending.poll();
                if (initial > 0) {
                    initial--;
                } else if (frame != null) {
                    pendingBytes.remove(frame.bytes());
                }
            }
            if (frame == null) {
                sink.flush();
                if (isDrained()) {
                    return;
                }
            } else if (!write(frame)) {
                sink.flush();
                abort();
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

    /// Whether the drainer has nothing left to do; the next event wakes it again.
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

    /// Returns false when no frame may follow: the watch has failed, or the object cannot be encoded, as when its conversion fails.
    private boolean write(Frame frame) {
        try {
            switch (frame) {
                case Frame.Event(String kind, CachedObject object) -> write(kind, form.object(object));
                case Frame.Bookmark bookmark -> write("BOOKMARK", form.bookmark(bookmark(bookmark)));
                case Frame.Failure(ApiException why) -> throw why;
            }
            return true;
        } catch (ApiException why) {
            write("ERROR", form.failure(why.status().toJson()));
            return false;
        } catch (RuntimeException unexpected) {
            LOG.error("A watch of {} ends: an event could not be shown", type.qualifiedPlural(), unexpected);
            write("ERROR", form.failure(ApiException.internal(String.valueOf(unexpected.getMessage())).status().toJson()));
            return false;
        }
    }

    private void write(String kind, byte[] object) {
        sink.event(kind, object);
    }

    private byte[] bookmark(Frame.Bookmark bookmark) {
        String annotations = bookmark.initialEventsEnd() ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
        return ("{\"kind\":\"" + type.kind() + "\",\"apiVersion\":\"" + type.groupVersion() + "\",\"metadata\":{\"resourceVersion\":\""
                + bookmark.revision() + "\",\"creationTimestamp\":null" + annotations + "}}").getBytes(UTF_8);
    }

    /// Drops the waiting events and marks the watch as ended. To be called once the watch is over, whatever has ended it.
    void end() {
        synchronized (this) {
            closing = true;
            pending.clear();
            initial = 0;
            pendingBytes.clear();
        }
        ended.countDown();
    }

    /// Whether the watch has ended within the given time.
    boolean awaitEnd(Duration patience) {
        try {
            return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
