package io.moka.kubelet.image;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Decides which images are pulled now and which wait. Images are pulled in the order of their requests, but one registry never gets all slots, so that a slow
/// registry does not delay images of others. Holds a pull for each image that pods of the node wait for. Not safe for several threads.
///
/// @param <P> a pull
final class PullQueue<P> {

    static final int SLOTS = 8;
    static final int SLOTS_OF_A_REGISTRY = 5;

    private record Entry<P>(String registry, P pull) {
    }

    private final Consumer<P> start;
    private final Deque<Entry<P>> waiting = new ArrayDeque<>();
    private final Map<String, Integer> running = new HashMap<>();

    /// @param start begins a pull; does not block
    PullQueue(Consumer<P> start) {
        this.start = start;
    }

    void add(String registry, P pull) {
        waiting.add(new Entry<>(registry, pull));
        startAllowed();
    }

    /// A pull of that registry has ended.
    void ended(String registry) {
        running.computeIfPresent(registry, (name, count) -> count == 1 ? null : count - 1);
        startAllowed();
    }

    private void startAllowed() {
        for (var entries = waiting.iterator(); entries.hasNext(); ) {
            if (running.values().stream().mapToInt(Integer::intValue).sum() >= SLOTS) {
                return;
            }
            var entry = entries.next();
            if (running.getOrDefault(entry.registry, 0) < SLOTS_OF_A_REGISTRY) {
                entries.remove();
                running.merge(entry.registry, 1, Integer::sum);
                start.accept(entry.pull);
            }
        }
    }
}
