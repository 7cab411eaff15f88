package io.moka.scheduler;

import io.moka.machinery.thread.NeededThread;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes conditions of pods outside the scheduling loop, by a few threads `condition-<n>`. For each pod, identified by its uid, one write is made at a time
/// and only the latest waiting one is kept. When too many pods wait, the longest waiting write is dropped, as the pod's next attempt creates it anew.
///
/// @param <W> a write
final class ConditionWrites<W> {

    static final int THREADS = 16;
    static final int MOST_WAITING = 5_000;
    private static final Logger log = LoggerFactory.getLogger(ConditionWrites.class);

    private final Consumer<W> writer;

    // guarded by this: the latest of each pod, by uid; the uids that are being written
    private final Map<String, W> waiting = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, W> eldest) {
            return size() > MOST_WAITING;
        }
    };
    private final Set<String> busy = new HashSet<>();
    private int threads;

    ConditionWrites(Consumer<W> writer) {
        this.writer = writer;
    }

    /// Does not block.
    synchronized void submit(String uid, W write) {
        waiting.put(uid, write);
        if (threads < THREADS) {
            threads++;
            NeededThread.start("condition-" + threads, this::run);
        }
    }

    private void run() {
        for (var next = next(null); next != null; next = next(next.getKey())) {
            try {
                writer.accept(next.getValue());
            } catch (RuntimeException e) {
                log.warn("the condition of pod {} was not written: {}", next.getKey(), e.getMessage());
            }
        }
    }

    /// @param done the uid that this thread has written, or null
    private synchronized Map.@Nullable Entry<String, W> next(@Nullable String done) {
        if (done != null) {
            busy.remove(done);
        }
        for (var entry : waiting.entrySet()) {
            if (busy.add(entry.getKey())) {
                var taken = Map.entry(entry.getKey(), entry.getValue());
                waiting.remove(taken.getKey());
                return taken;
            }
        }
        threads--;
        return null;
    }
}
