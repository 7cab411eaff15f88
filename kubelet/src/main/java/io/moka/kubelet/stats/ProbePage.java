package io.moka.kubelet.stats;

import io.moka.kubelet.probe.ProbeMetrics;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes upstream's page `/metrics/probes`, in Prometheus' text format.
final class ProbePage {

    private ProbePage() {
    }

    static String text(ProbeMetrics metrics) {
        var all = metrics.all();
        var text = new PrometheusText();
        text.counter("prober_probe_total");
        for (var counts : all) {
            if (counts.successful() > 0) {
                text.value(withResult(counts.labels(), "successful"), counts.successful(), null);
            }
            if (counts.failed() > 0) {
                text.value(withResult(counts.labels(), "failed"), counts.failed(), null);
            }
        }
        text.histogram("prober_probe_duration_seconds");
        all.stream().filter(counts -> counts.successful() > 0).forEach(counts -> durations(text, counts));
        return text.toString();
    }

    private static void durations(PrometheusText text, ProbeMetrics.Counts counts) {
        var labels = new LinkedHashMap<>(counts.labels());
        labels.remove("pod_uid");
        long sum = 0;
        for (int i = 0; i < counts.buckets().size(); i++) {
            sum += counts.buckets().get(i);
            var bound = ProbeMetrics.BOUNDS.get(i);
            text.bucket(labels, bound == Math.rint(bound) ? Long.toString(bound.longValue()) : bound.toString(), sum);
        }
        text.bucket(labels, "+Inf", counts.successful()).sum(labels, counts.seconds()).count(labels, counts.successful());
    }

    private static Map<String, String> withResult(Map<String, String> labels, String result) {
        var all = new LinkedHashMap<>(labels);
        all.put("result", result);
        return all;
    }
}
