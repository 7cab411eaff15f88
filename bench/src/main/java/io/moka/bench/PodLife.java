package io.moka.bench;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// When a pod reached each stage, as a watching client saw it.
final class PodLife {

    /// In the order in which a pod passes them.
    enum Stage {
        FIRST_EVENT, BOUND, RUNNING, GONE
    }

    // guarded by this: nanoTime of each stage reached, the first time only
    private final Map<Stage, Long> reached = new EnumMap<>(Stage.class);

    synchronized void reach(Stage stage, long nanoTime) {
        reached.putIfAbsent(stage, nanoTime);
        notifyAll();
    }

    /// Waits for the stage; the time since the given moment.
    ///
    /// @throws IllegalStateException when it does not come within the patience
    synchronized Duration since(long nanoTime, Stage stage, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            var at = reached.get(stage);
            if (at != null) {
                return Duration.ofNanos(at - nanoTime);
            }
            long rest = (deadline - System.nanoTime()) / 1_000_000;
            if (rest <= 0) {
                throw new IllegalStateException("a pod was not " + stage + " after " + patience.toSeconds() + " s; seen: " + reached.keySet());
            }
            wait(rest);
        }
    }
}
