package io.moka.scheduler.queue;

import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The queue unschedulableQ: pods by the time at which they entered it, and by the kinds of events that could help them. Guarded by the queue's lock.
final class UnschedulablePods {

    /// @param since the pod's last attempt
    record Waiting(QueuedPod pod, Instant since) {
    }

    private static final Comparator<Waiting> BY_TIME = Comparator.comparing(Waiting::since).thenComparing(waiting -> waiting.pod.pod().uid());

    private final TreeSet<Waiting> byTime = new TreeSet<>(BY_TIME);
    private final Map<ClusterEvent, Map<String, Waiting>> byEvent = new EnumMap<>(ClusterEvent.class);

    void add(Waiting waiting) {
        byTime.add(waiting);
        waiting.pod.helpedBy().forEach(event -> byEvent.computeIfAbsent(event, e -> new HashMap<>()).put(waiting.pod.pod().uid(), waiting));
    }

    void remove(Waiting waiting) {
        byTime.remove(waiting);
        waiting.pod.helpedBy().forEach(event -> {
            var pods = byEvent.get(event);
            if (pods != null) {
                pods.remove(waiting.pod.pod().uid());
            }
        });
    }

    int size() {
        return byTime.size();
    }

    /// Returns the pods that the change can help. The cost is linear in the number of pods that this kind of event could help.
    List<Waiting> helpedBy(Change change) {
        var pods = byEvent.get(change.event());
        if (pods == null || pods.isEmpty()) {
            return List.of();
        }
        var helped = new ArrayList<Waiting>();
        for (var waiting : pods.values()) {
            if (waiting.pod.isHelpedBy(change)) {
                helped.add(waiting);
            }
        }
        return helped;
    }

    /// Returns a pod that has waited for too long, or whose time of arrival is in the future because the clock was set back; null if there is none.
    @Nullable Waiting due(Instant now, Duration longest) {
        if (byTime.isEmpty()) {
            return null;
        }
        if (!byTime.first().since.plus(longest).isAfter(now)) {
            return byTime.first();
        }
        return byTime.last().since.isAfter(now) ? byTime.last() : null;
    }
}
