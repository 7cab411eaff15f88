package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The pods of a target, grouped by how they count for a metric.
///
/// Follows upstream's `groupPods`.
///
/// @param ready the number of pods that count with their value
/// @param unready the pods that do not serve yet, so that their value is not used
/// @param missing the pods without a value
/// @param ignored the pods that are terminating or have ended
record PodGroups(int ready, Set<String> unready, Set<String> missing, Set<String> ignored) {

    private static final Duration CPU_INITIALIZATION = Duration.ofMinutes(5);
    private static final Duration INITIAL_READINESS_DELAY = Duration.ofSeconds(30);

    /// @param cpu whether the metric is CPU time, of which a pod uses more while it starts
    static PodGroups of(Collection<Pod> pods, Map<String, PodReading> readings, boolean cpu, Instant now) {
        var unready = new TreeSet<String>();
        var missing = new TreeSet<String>();
        var ignored = new TreeSet<String>();
        int ready = 0;
        for (var pod : pods) {
            var name = pod.getMetadata().getName();
            var reading = readings.get(name);
            if (Pods.isTerminating(pod) || Pods.isTerminal(pod)) {
                ignored.add(name);
            } else if (Pods.phase(pod).equals("Pending")) {
                unready.add(name);
            } else if (reading == null) {
                missing.add(name);
            } else if (cpu && isStarting(pod, reading, now)) {
                unready.add(name);
            } else {
                ready++;
            }
        }
        return new PodGroups(ready, unready, missing, ignored);
    }

    private static boolean isStarting(Pod pod, PodReading reading, Instant now) {
        var condition = Pods.condition(pod, "Ready");
        if (condition == null || pod.getStatus().getStartTime() == null || condition.getLastTransitionTime() == null) {
            return true;
        }
        var started = Instant.parse(pod.getStatus().getStartTime());
        var changed = Instant.parse(condition.getLastTransitionTime());
        boolean isReady = condition.getStatus().equals("True");
        if (started.plus(CPU_INITIALIZATION).isAfter(now)) {
            return !isReady || reading.at().isBefore(changed.plus(reading.window()));
        }
        return !isReady && started.plus(INITIAL_READINESS_DELAY).isAfter(changed);
    }
}
