package io.moka.scheduler.queue;

import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.QueueSort;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/// A pod that waits in a queue, with the history of its attempts.
///
/// @param since when the pod first entered a queue
/// @param attempts the number of its scheduling cycles
/// @param refusedBy the plugins that refused it in the last cycle
public record QueuedPod(PodInfo pod, Instant since, int attempts, Set<Plugin> refusedBy) implements QueueSort.Entry {

    static QueuedPod arriving(PodInfo pod, Instant now) {
        return new QueuedPod(pod, now, 0, Set.of());
    }

    QueuedPod attempted() {
        return new QueuedPod(pod, since, attempts + 1, refusedBy);
    }

    QueuedPod refusedBy(Set<Plugin> plugins) {
        return new QueuedPod(pod, since, attempts, plugins);
    }

    QueuedPod with(PodInfo changed) {
        return new QueuedPod(changed, since, attempts, refusedBy);
    }

    /// The kinds of events that could let it fit.
    Set<ClusterEvent> helpedBy() {
        var events = EnumSet.noneOf(ClusterEvent.class);
        refusedBy.forEach(plugin -> events.addAll(plugin.helpedBy()));
        return events;
    }

    boolean isHelpedBy(Change change) {
        for (var plugin : refusedBy) {
            if (plugin.helpedBy().contains(change.event()) && plugin.helps(pod, change)) {
                return true;
            }
        }
        return false;
    }
}
