package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.storage.CacheEvent;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.machinery.meta.LabelSelector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Watches whose clients do not read.
final class SlowWatchersTest {

    /// A client whose connection takes nothing, or everything.
    private record Client(boolean full) implements WatchSink {
        @Override
        public void listen(Runnable room, Runnable gone) {}

        @Override
        public void event(String type, byte[] object) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static final EventForm FORM = new EventForm() {
        @Override
        public byte[] object(CachedObject object) {
            return object.json();
        }

        @Override
        public byte[] bookmark(byte[] json) {
            return json;
        }

        @Override
        public byte[] failure(ObjectNode status) {
            return new byte[0];
        }
    };

    private static WatchStream watch(boolean slow, PendingBytes bytes) {
        Target all = new Target(Catalog.builtin().get("", "v1", "configmaps"), "", "", "");
        return new WatchStream(all, new Selection(LabelSelector.parse(""), List.of()), 0, new Client(slow), Runnable::run, FORM, bytes);
    }

    private static CacheEvent event(long revision, int size) {
        String head = "{\"metadata\":{\"resourceVersion\":\"";
        byte[] json = (head + revision + "\",\"name\":\"" + "x".repeat(size) + "\"}}").getBytes(UTF_8);
        return new CacheEvent(CacheEvent.Type.ADDED, new CachedObject("n/a", "n", "a", json, head.length(), json.length - 1, revision, Map.of(), List.of()), null);
    }

    private static boolean hasEnded(WatchStream stream) {
        return stream.awaitEnd(Duration.ZERO);
    }

    @Test
    void queueIsBoundedByBytes() {
        PendingBytes bytes = new PendingBytes(Long.MAX_VALUE);
        WatchStream slow = watch(true, bytes);
        slow.started();
        for (int i = 1; i <= 4; i++) {
            slow.onEvent(event(i, 1_000_000));
            assertFalse(hasEnded(slow));
        }
        assertTrue(bytes.used() > 4_000_000, bytes.used() + " bytes wait");
        slow.onEvent(event(5, 1_000_000));
        assertTrue(hasEnded(slow));
        assertEquals(0, bytes.used());
    }

    @Test
    void thousandSlowWatchersShareOneBudget() {
        PendingBytes bytes = new PendingBytes(32L * 1024 * 1024);
        List<WatchStream> slow = IntStream.range(0, 1_000).mapToObj(i -> watch(true, bytes)).toList();
        WatchStream quick = watch(false, bytes);
        slow.forEach(WatchStream::started);
        quick.started();
        for (int i = 1; i <= 200; i++) {
            CacheEvent event = event(i, 10_000);
            slow.forEach(stream -> stream.onEvent(event));
            quick.onEvent(event);
            assertTrue(bytes.used() <= 33L * 1024 * 1024, bytes.used() + " bytes wait");
        }
        assertTrue(slow.stream().anyMatch(SlowWatchersTest::hasEnded), "none has ended");
        assertFalse(hasEnded(quick), "who reads is ended with those who do not");
        slow.forEach(WatchStream::end);
        assertEquals(0, bytes.used());
    }

    /// The objects of the state at the start are in the cache anyway.
    @Test
    void stateAtTheStartCountsForNothing() {
        PendingBytes bytes = new PendingBytes(Long.MAX_VALUE);
        WatchStream slow = watch(true, bytes);
        for (int i = 1; i <= 2 * WatchStream.MAX_PENDING; i++) {
            slow.onEvent(event(i, 10_000));
        }
        slow.started();
        assertEquals(0, bytes.used());
        slow.onEvent(event(5_000, 100));
        assertTrue(bytes.used() > 100);
        assertFalse(hasEnded(slow));
    }
}
