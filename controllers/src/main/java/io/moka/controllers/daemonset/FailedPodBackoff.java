package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.moka.machinery.workqueue.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes the back-off before another failed pod of a set is deleted on a node: 1 s after the first, doubled after each further one, at most 15 min. A node
/// without failures for half an hour starts anew, as does a set that was changed.
///
/// Holds one entry for each set, generation and node with a failure in the last half hour.
final class FailedPodBackoff {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration REMEMBERED = LONGEST.multipliedBy(2);

    private record Key(String set, @Nullable Long generation, String node) {
    }

    private record Failures(int count, Instant last) {

        private Instant over() {
            return last.plus(Backoff.delay(SHORTEST, LONGEST, count - 1));
        }

        private boolean isForgotten(Instant now) {
            return last.plus(REMEMBERED).isBefore(now);
        }
    }

    // guarded by this
    private final Map<Key, Failures> failures = new HashMap<>();

    /// Returns the time until which no failed pod is deleted on the node; null if one may be deleted now.
    synchronized @Nullable Instant until(DaemonSet set, String node, Instant now) {
        var last = failures.get(key(set, node));
        return last == null || last.isForgotten(now) || !last.over().isAfter(now) ? null : last.over();
    }

    /// A failed pod is deleted now.
    synchronized void deleted(DaemonSet set, String node, Instant now) {
        failures.values().removeIf(last -> last.isForgotten(now));
        failures.merge(key(set, node), new Failures(1, now), (before, first) -> new Failures(before.count + 1, now));
    }

    synchronized void forget(DaemonSet set) {
        failures.keySet().removeIf(key -> key.set.equals(set.getMetadata().getUid()));
    }

    private static Key key(DaemonSet set, String node) {
        return new Key(set.getMetadata().getUid(), set.getStatus() == null ? null : set.getStatus().getObservedGeneration(), node);
    }
}
