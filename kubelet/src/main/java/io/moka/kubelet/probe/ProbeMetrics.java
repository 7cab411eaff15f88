package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Counts probes by their results and measures their durations. The values of a pod are kept for as long as the kubelet has the pod.
public final class ProbeMetrics {

    /// Upper bounds of the durations that are counted together, in seconds.
    public static final List<Double> BOUNDS = List.of(.005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10.);

    private static final double NANOS = 1e9;

    private record Key(String podUid, String container, ProbeLoop.Kind kind) {
    }

    /// One probe of one container.
    ///
    /// @param labels as upstream has them, without the result
    /// @param buckets how many successful probes took at most each of [#BOUNDS], each counted once
    public record Counts(Map<String, String> labels, long successful, long failed, List<Long> buckets, double seconds) {
    }

    private final Map<Key, Counts> counts = new ConcurrentHashMap<>();

    void record(Subject subject, ProbeLoop.Kind kind, ProbeResult result, long nanos) {
        var pod = subject.pod().getMetadata();
        boolean success = !(result instanceof ProbeResult.Failure);
        counts.compute(new Key(pod.getUid(), subject.container().getName(), kind), (key, before) -> {
            var known = before == null ? new Counts(labels(subject.pod(), key), 0, 0, List.of(), 0) : before;
            return success ? new Counts(known.labels, known.successful + 1, known.failed, plusOne(known.buckets, nanos / NANOS), known.seconds + nanos / NANOS)
                    : new Counts(known.labels, known.successful, known.failed + 1, known.buckets, known.seconds);
        });
    }

    private static Map<String, String> labels(Pod pod, Key key) {
        var labels = new LinkedHashMap<String, String>();
        labels.put("container", key.container);
        labels.put("namespace", pod.getMetadata().getNamespace());
        labels.put("pod", pod.getMetadata().getName());
        labels.put("pod_uid", key.podUid);
        labels.put("probe_type", key.kind.word());
        return labels;
    }

    private static List<Long> plusOne(List<Long> before, double seconds) {
        var after = before.isEmpty() ? new Long[BOUNDS.size()] : before.toArray(new Long[0]);
        for (int i = 0; i < after.length; i++) {
            boolean counted = seconds <= BOUNDS.get(i) && (i == 0 || seconds > BOUNDS.get(i - 1));
            after[i] = (after[i] == null ? 0 : after[i]) + (counted ? 1 : 0);
        }
        return List.of(after);
    }

    /// Drops the values of a pod that is gone.
    public void forget(String podUid) {
        counts.keySet().removeIf(key -> key.podUid.equals(podUid));
    }

    /// Ordered by pod, container and kind of probe.
    public List<Counts> all() {
        var sorted = new TreeMap<String, Counts>();
        counts.forEach((key, value) -> sorted.put(value.labels.toString(), value));
        return List.copyOf(sorted.values());
    }
}
