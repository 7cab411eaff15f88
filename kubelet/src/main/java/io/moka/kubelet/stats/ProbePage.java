package io.moka.kubelet.stats;

import io.moka.kubelet.probe.ProbeMetrics;
import java.util.LinkedHashMap;

/// Writes upstream's page `/metrics/probes`, in Prometheus' text format.
final class ProbePage {

    private ProbePage() {
    }

    static void write(ProbeMetrics metrics, PrometheusText text) {
        var all = metrics.all();
        text.counter("prober_probe_total");
        for (var counts : all) {
            if (counts.successful() > 0) {
                text.value(LabelSet.of(counts.labels()).with("result", "successful"), counts.successful(), null);
            }
            if (counts.failed() > 0) {
                text.value(LabelSet.of(counts.labels()).with("result", "failed"), counts.failed(), null);
            }
        }
        text.histogram("prober_probe_duration_seconds");
        all.stream().filter(counts -> counts.successful() > 0).forEach(counts -> durations(text, counts));
    }

    private static void durations(PrometheusText text, ProbeMetrics.Counts counts) {
        var named = new LinkedHashMap<>(counts.labels());
        named.remove("pod_uid");
        var labels = LabelSet.of(named);
        long sum = 0;
        for (int i = 0; i < counts.buckets().size(); i++) {
            sum += counts.buckets().get(i);
            var bound = ProbeMetrics.BOUNDS.get(i);
            text.bucket(labels, bound == Math.rint(bound) ? Long.toString(bound.longValue()) : bound.toString(), sum);
        }
        text.bucket(labels, "+Inf", counts.successful()).sum(labels, counts.seconds()).count(labels, counts.successful());
    }
}
