package io.moka.controllers.podautoscaler;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/// Computes the number of replicas for a metric. Pure: uses no client and no clock.
///
/// The number is the ratio of the pods' usage to their target usage, times the number of measured pods, rounded up. Pods without a value are then assumed to
/// have the usage that argues against scaling: none when the measured pods ask for more replicas, all of their request when they ask for fewer. If that
/// reverses the direction, the target is not scaled.
///
/// Follows upstream's `replica_calculator.go`.
///
/// @param current the number of replicas in the target's scale
/// @param pods the target's own
/// @param cpu whether the metric is CPU time
record ReplicaCalculator(int current, Collection<Pod> pods, Tolerance tolerance, boolean cpu, Instant now) {

    private static final long WHOLE_PERCENT = 100;

    /// Computes the count for a target that is a percentage of the pods' requests.
    ///
    /// @param readings by pod
    /// @param requestMilli of a pod, or of its one container that counts; negative where it requests nothing
    Count utilization(Map<String, PodReading> readings, ToLongFunction<Pod> requestMilli, int targetPercent) throws CannotCompute {
        var groups = group(readings);
        var values = measured(readings, groups);
        var requests = new HashMap<String, Long>();
        for (var pod : pods) {
            long request = requestMilli.applyAsLong(pod);
            if (request < 0) {
                throw new CannotCompute("missing request for a container of Pod " + pod.getMetadata().getName());
            }
            requests.put(pod.getMetadata().getName(), request);
        }
        var first = utilization(values, requests);
        var lines = new ArrayList<>(List.of("%d pods use %dm of the %dm that they request: %d%%, the target is %d%%, the ratio is %s".formatted(values.size(), first.used, first.requested,
                first.percent(), targetPercent, ratio(first.percent() / (double) targetPercent))));
        int replicas = count(first.percent() / (double) targetPercent, groups, values, lines,
                missing -> requests.get(missing) * Math.max(WHOLE_PERCENT, targetPercent) / WHOLE_PERCENT,
                assumed -> utilization(assumed, requests).percent() / (double) targetPercent);
        return new Count(replicas, first.percent(), first.used / values.size(), lines);
    }

    /// Computes the count for a target that is a value for each pod.
    Count average(Map<String, PodReading> readings, long targetMilli) throws CannotCompute {
        var groups = group(readings);
        var values = measured(readings, groups);
        long average = sum(values) / values.size();
        var lines = new ArrayList<>(List.of("%d pods use %dm each, the target is %dm, the ratio is %s".formatted(values.size(), average, targetMilli, ratio(average / (double) targetMilli))));
        int replicas = count(average / (double) targetMilli, groups, values, lines, missing -> targetMilli, assumed -> sum(assumed) / assumed.size() / (double) targetMilli);
        return new Count(replicas, average, average, lines);
    }

    /// Computes the count for a value that belongs to no pod, with a target value.
    ///
    /// @param readyPods how many of the pods are ready
    Count value(long usageMilli, long targetMilli, int readyPods) {
        double ratio = usageMilli / (double) targetMilli;
        var lines = new ArrayList<>(List.of("the value is %dm, the target is %dm, the ratio is %s".formatted(usageMilli, targetMilli, ratio(ratio))));
        if (current == 0) {
            return new Count(up(ratio), usageMilli, 0, with(lines, "no replicas yet: %d".formatted(up(ratio))));
        }
        if (tolerance.allows(ratio)) {
            return new Count(current, usageMilli, 0, with(lines, "within the tolerance"));
        }
        return new Count(up(ratio * readyPods), usageMilli, 0, with(lines, "times %d ready pods: %d".formatted(readyPods, up(ratio * readyPods))));
    }

    /// Computes the count for a value that belongs to no pod, with a target share for each pod.
    ///
    /// @param statusReplicas how many pods there are, by the scale's status
    Count share(long usageMilli, long targetMilliEach, int statusReplicas) {
        double ratio = usageMilli / ((double) targetMilliEach * statusReplicas);
        var lines = new ArrayList<>(List.of("the value is %dm for %d pods, the target is %dm each, the ratio is %s".formatted(usageMilli, statusReplicas, targetMilliEach, ratio(ratio))));
        int replicas = statusReplicas;
        if (!tolerance.allows(ratio)) {
            replicas = up(usageMilli / (double) targetMilliEach);
            lines.add("the value over the target: %d".formatted(replicas));
        } else {
            lines.add("within the tolerance");
        }
        long average = statusReplicas == 0 ? 0 : up(usageMilli / (double) statusReplicas);
        return new Count(replicas, average, average, lines);
    }

    private PodGroups group(Map<String, PodReading> readings) throws CannotCompute {
        if (pods.isEmpty()) {
            throw new CannotCompute("no pods returned by selector while calculating replica count");
        }
        return PodGroups.of(pods, readings, cpu, now);
    }

    /// The values of pods that are ready.
    private Map<String, Long> measured(Map<String, PodReading> readings, PodGroups groups) throws CannotCompute {
        var values = new HashMap<String, Long>();
        for (var pod : pods) {
            var name = pod.getMetadata().getName();
            var reading = readings.get(name);
            if (reading != null && !groups.ignored().contains(name) && !groups.unready().contains(name)) {
                values.put(name, reading.milli());
            }
        }
        if (values.isEmpty()) {
            throw new CannotCompute("did not receive metrics for targeted pods (pods might be unready)");
        }
        return values;
    }

    private interface RatioOf {
        double values(Map<String, Long> values) throws CannotCompute;
    }

    /// @param assumption the value of a pod without one, where fewer replicas are asked for
    private int count(double ratio, PodGroups groups, Map<String, Long> values, List<String> lines, ToLongFunction<String> assumption, RatioOf again) throws CannotCompute {
        boolean upWithUnready = !groups.unready().isEmpty() && ratio > 1;
        if (!upWithUnready && groups.missing().isEmpty()) {
            if (tolerance.allows(ratio)) {
                lines.add("within the tolerance");
                return current;
            }
            lines.add("times %d ready pods: %d".formatted(groups.ready(), up(ratio * groups.ready())));
            return up(ratio * groups.ready());
        }
        var assumed = new HashMap<>(values);
        assume(groups, ratio, upWithUnready, assumed, lines, assumption);
        double next = again.values(assumed);
        lines.add("with them the ratio is " + ratio(next));
        if (tolerance.allows(next) || ratio < 1 && next > 1 || ratio > 1 && next < 1) {
            lines.add("within the tolerance, or the other way round: nothing is scaled");
            return current;
        }
        int replicas = up(next * assumed.size());
        lines.add("times %d pods: %d".formatted(assumed.size(), replicas));
        return next < 1 && replicas > current || next > 1 && replicas < current ? current : replicas;
    }

    private static void assume(PodGroups groups, double ratio, boolean upWithUnready, Map<String, Long> assumed, List<String> lines, ToLongFunction<String> assumption) {
        for (var name : groups.missing()) {
            if (ratio != 1) {
                assumed.put(name, ratio < 1 ? assumption.applyAsLong(name) : 0);
                lines.add("pod %s has no value, %dm is assumed".formatted(name, assumed.get(name)));
            }
        }
        if (upWithUnready) {
            for (var name : groups.unready()) {
                assumed.put(name, 0L);
                lines.add("pod %s is not ready, 0m is assumed".formatted(name));
            }
        }
    }

    private record Utilization(long used, long requested) {

        long percent() {
            return used * WHOLE_PERCENT / requested;
        }
    }

    private static Utilization utilization(Map<String, Long> values, Map<String, Long> requests) throws CannotCompute {
        long requested = requested(values.keySet(), requests);
        if (requested == 0) {
            throw new CannotCompute("no metrics returned matched known pods");
        }
        return new Utilization(sum(values), requested);
    }

    private static long requested(Set<String> pods, Map<String, Long> requests) {
        return pods.stream().mapToLong(requests::get).sum();
    }

    private static long sum(Map<String, Long> values) {
        return values.values().stream().mapToLong(Long::longValue).sum();
    }

    private static int up(double number) {
        return (int) Math.ceil(number);
    }

    private static String ratio(double ratio) {
        return "%.3f".formatted(ratio);
    }

    private static List<String> with(List<String> lines, String more) {
        lines.add(more);
        return lines;
    }
}
