package io.moka.kubelet.pod;

import io.moka.kubelet.runtime.ContainerState;
import io.moka.machinery.workqueue.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Computes the restart back-off of one pod's containers: none for the first restart, then 10 s, 20 s, up to 5 min.
///
/// The back-off of a container that has run for 10 min begins anew. Used by the pod's worker alone; the counts are lost when the kubelet ends, as upstream's
/// are.
public final class CrashLoops {

    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration HEALTHY = Duration.ofMinutes(10);

    private final Map<String, Integer> restarts = new HashMap<>();

    /// Returns how long the container has to wait after this end.
    public Duration delay(String container, ContainerState.Exited end) {
        if (Duration.between(end.startedAt(), end.finishedAt()).compareTo(HEALTHY) >= 0 && end.startedAt().isAfter(Instant.EPOCH)) {
            restarts.remove(container);
        }
        int before = restarts.getOrDefault(container, 0);
        return before == 0 ? Duration.ZERO : Backoff.delay(SHORTEST, LONGEST, before - 1);
    }

    public void restarted(String container) {
        restarts.merge(container, 1, Integer::sum);
    }
}
