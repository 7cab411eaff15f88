package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.CacheEvent;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.machinery.meta.LabelSelector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The drainer is run by hand, so that every order of its steps and the cache's can be had.
final class WatchStreamTest {
    private final Deque<Runnable> drains = new ArrayDeque<>();
    private final Sink sink = new Sink();
    private final Form form = new Form();
    private final WatchStream stream = stream(0, drains::add);

    private static final class Sink implements WatchSink {
        final List<String> sent = new ArrayList<>();
        boolean full;
        @Nullable RuntimeException failure;
        @Nullable Runnable beforeEvent;
        Runnable room = () -> { };
        Runnable gone = () -> { };

        @Override
        public void listen(Runnable whenRoom, Runnable whenGone) {
            room = whenRoom;
            gone = whenGone;
        }

        @Override
        public boolean full() {
            return full;
        }

        @Override
        public void event(String type, byte[] object) {
            if (failure != null) {
                throw failure;
            }
            Runnable before = beforeEvent;
            beforeEvent = null;
            if (before != null) {
                before.run();
            }
            sent.add(type + " " + new String(object, UTF_8));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static final class Form implements EventForm {
        @Nullable RuntimeException failure;

        @Override
        public byte[] object(CachedObject object) {
            if (failure != null) {
                throw failure;
            }
            return (object.name() + "@" + object.revision()).getBytes(UTF_8);
        }

        @Override
        public byte[] bookmark(byte[] json) {
            return Json.text(Json.read(json), "metadata", "resourceVersion").getBytes(UTF_8);
        }

        @Override
        public byte[] failure(ObjectNode status) {
            return status.path("code").asText().getBytes(UTF_8);
        }
    }

    private WatchStream stream(long afterRevision, Executor drainer) {
        return new WatchStream(new Target(Catalog.builtin().get("", "v1", "configmaps"), "n", "", ""), new Selection(LabelSelector.parse("l=1"), List.of()),
                afterRevision, sink, drainer, form);
    }

    private static CachedObject object(String name, long revision, String label) {
        String head = "{\"metadata\":{\"resourceVersion\":\"";
        byte[] json = (head + revision + "\",\"name\":\"" + name + "\"}}").getBytes(UTF_8);
        return new CachedObject("n/" + name, "n", name, json, head.length(), json.length - 1, revision, Map.of("l", label), List.of());
    }

    private static CacheEvent added(String name, long revision) {
        return new CacheEvent(CacheEvent.Type.ADDED, object(name, revision, "1"), null);
    }

    private void drain() {
        for (Runnable next = drains.poll(); next != null; next = drains.poll()) {
            next.run();
        }
    }

    private boolean ended() {
        return stream.awaitEnd(Duration.ZERO);
    }

    @Test
    void eventsBeforeTheStartWaitForItAndKeepTheirOrder() {
        stream.onEvent(added("a", 1));
        stream.onEvent(added("b", 2));
        assertTrue(drains.isEmpty());
        stream.started();
        drain();
        assertEquals(List.of("ADDED a@1", "ADDED b@2"), sink.sent);
    }

    @Test
    void eventThatComesWhileAnotherIsWrittenIsWrittenByTheSameDrainer() {
        stream.started();
        drain();
        sink.beforeEvent = () -> {
            stream.onEvent(added("b", 2));
            assertTrue(drains.isEmpty(), "one drainer at a time");
        };
        stream.onEvent(added("a", 1));
        drain();
        assertEquals(List.of("ADDED a@1", "ADDED b@2"), sink.sent);
    }

    @Test
    void bookmarkIsWrittenAfterTheEventsBeforeIt() {
        stream.started();
        stream.onEvent(added("a", 1));
        stream.onProgress(5);
        stream.onEvent(added("b", 6));
        drain();
        assertEquals(List.of("ADDED a@1", "BOOKMARK 5", "ADDED b@6"), sink.sent);
    }

    @Test
    void slowReaderIsWrittenToAgainWhenItHasRoom() {
        stream.started();
        drain();
        sink.full = true;
        stream.onEvent(added("a", 1));
        drain();
        assertEquals(List.of(), sink.sent);
        sink.full = false;
        sink.room.run();
        drain();
        assertEquals(List.of("ADDED a@1"), sink.sent);
    }

    @Test
    void roomThatComesWhileTheDrainerGivesUpIsNotMissed() {
        stream.started();
        drain();
        sink.beforeEvent = () -> sink.full = true;
        stream.onEvent(added("a", 1));
        stream.onEvent(added("b", 2));
        drain();
        sink.full = false;
        sink.room.run();
        drain();
        assertEquals(List.of("ADDED a@1", "ADDED b@2"), sink.sent);
    }

    @Test
    void readerThatIsTooSlowIsSentWhatWaitsAndThenEnds() {
        stream.started();
        drain();
        sink.full = true;
        for (int i = 1; i <= WatchStream.MAX_PENDING + 5; i++) {
            stream.onEvent(added("a", i));
        }
        drain();
        assertFalse(ended());
        sink.full = false;
        sink.room.run();
        drain();
        assertTrue(ended());
        assertEquals(WatchStream.MAX_PENDING, sink.sent.size());
        assertEquals("ADDED a@" + WatchStream.MAX_PENDING, sink.sent.getLast(), "nothing is left out before the end");
    }

    @Test
    void objectThatCannotBeShownEndsTheWatchWithAnError() {
        stream.started();
        drain();
        form.failure = new IllegalStateException("a bug");
        stream.onEvent(added("a", 1));
        drain();
        assertEquals(List.of("ERROR 500"), sink.sent);
        assertTrue(ended());
    }

    @Test
    void sinkThatThrowsEndsTheWatchAndTheStreamDrainsNoMore() {
        stream.started();
        drain();
        sink.failure = new IllegalStateException("Response has already been written");
        stream.onEvent(added("a", 1));
        drain();
        assertTrue(ended(), "a stream that is not written to any more must not hang open");
        sink.failure = null;
        stream.onEvent(added("b", 2));
        drain();
        assertEquals(List.of(), sink.sent);
    }

    @Test
    void executorThatHasStoppedEndsTheWatch() {
        WatchStream refused = stream(0, task -> {
            throw new RejectedExecutionException("event executor terminated");
        });
        refused.started();
        assertTrue(refused.awaitEnd(Duration.ZERO));
    }

    @Test
    void expiredCacheIsTheLastThatIsSaid() {
        stream.started();
        stream.onEvent(added("a", 1));
        stream.onExpired();
        stream.onEvent(added("b", 2));
        drain();
        assertEquals(List.of("ADDED a@1", "ERROR 410"), sink.sent);
        assertTrue(ended());
        stream.onProgress(9);
        drain();
        assertEquals(2, sink.sent.size());
    }

    @Test
    void failureAtTheStartIsSaid() {
        stream.fail(ApiException.gone("too old"));
        stream.started();
        drain();
        assertEquals(List.of("ERROR 410"), sink.sent);
        assertTrue(ended());
    }

    @Test
    void objectThatBeginsOrCeasesToMatchIsAddedOrDeleted() {
        stream.started();
        CachedObject outside = object("a", 1, "0");
        CachedObject inside = object("a", 2, "1");
        stream.onEvent(new CacheEvent(CacheEvent.Type.ADDED, outside, null));
        stream.onEvent(new CacheEvent(CacheEvent.Type.MODIFIED, inside, outside));
        stream.onEvent(new CacheEvent(CacheEvent.Type.MODIFIED, object("a", 3, "0"), inside));
        drain();
        assertEquals(List.of("ADDED a@2", "DELETED a@3"), sink.sent);
    }

    @Test
    void clientThatComesFromAServerFurtherOnIsNotTakenBackByABookmark() {
        WatchStream later = stream(5, drains::add);
        later.started();
        later.onProgress(4);
        later.onProgress(5);
        later.onProgress(6);
        drain();
        assertEquals(List.of("BOOKMARK 5", "BOOKMARK 6"), sink.sent);
    }

    @Test
    void eventsThatTheClientHasAlreadyAreLeftOut() {
        WatchStream later = stream(5, drains::add);
        later.onEvent(added("a", 5));
        later.onEvent(added("b", 6));
        later.started();
        drain();
        assertEquals(List.of("ADDED b@6"), sink.sent);
    }
}
