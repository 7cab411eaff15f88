package io.moka.apiserver.core.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.testing.MemoryCaches;
import io.moka.apiserver.testing.Walk;
import io.moka.machinery.meta.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// An event takes the way that the README names, from the store's watch to the sink of a client's watch.
final class WatchWalkTest {
    private static List<String> stack() {
        return StackWalker.getInstance().walk(Stream::toList).stream().map(StackWalker.StackFrame::getClassName).filter(name -> !name.contains("Test")).toList();
    }

    /// Records the stack of the first event.
    private record Sink(CompletableFuture<List<String>> reached) implements WatchSink {
        @Override
        public void listen(Runnable room, Runnable gone) {}

        @Override
        public boolean full() {
            return false;
        }

        @Override
        public void event(String type, byte[] object) {
            reached.complete(stack());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static final class Form implements EventForm {
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
            return status.toString().getBytes(UTF_8);
        }
    }

    @Test
    void theReadmeNamesTheClassesBetweenEtcdAndAWatch() throws Exception {
        try (MemoryCaches on = MemoryCaches.started()) {
            var written = new CompletableFuture<List<String>>();
            // the drainer is the event loop; here it is the feed's own thread, so that the stack is one
            var stream = new WatchStream(new Target(on.maps, "n", "", ""), new Selection(LabelSelector.parse("l=1"), List.of()), 0, new Sink(written), Runnable::run, new Form());
            on.cache().watchFrom(on.caches.revision(), stream);
            stream.started();
            on.create("a");
            List<String> frames = new ArrayList<>(written.get(60, TimeUnit.SECONDS));
            Walk.assertNamed(frames);
            assertTrue(frames.contains("io.moka.apiserver.core.storage.CacheFeed"), frames.toString());
        }
    }
}
