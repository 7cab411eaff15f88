package io.moka.scheduler.queue;

import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import java.time.Instant;
import java.util.Set;

/// A pod that waits, and what has become of it so far.
///
/// @param since when it first came
/// @param attempts how many cycles it has had
/// @param helpedBy which events could let it fit, after the last cycle
public record QueuedPod(PodInfo pod, Instant since, int attempts, Set<ClusterEvent> helpedBy) {

    static QueuedPod arriving(PodInfo pod, Instant now) {
        return new QueuedPod(pod, now, 0, Set.of());
    }

    QueuedPod attempted() {
        return new QueuedPod(pod, since, attempts + 1, helpedBy);
    }

    QueuedPod waitingFor(Set<ClusterEvent> events) {
        return new QueuedPod(pod, since, attempts, events);
    }

    QueuedPod with(PodInfo changed) {
        return new QueuedPod(changed, since, attempts, helpedBy);
    }
}
