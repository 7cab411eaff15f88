package io.moka.kubelet.stats;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Writes metrics in Prometheus' text form: a line of its type for each metric, then a line for each value.
final class PrometheusText {

    private final StringBuilder text = new StringBuilder();
    private String name = "";

    PrometheusText counter(String metric) {
        return begin(metric, "counter");
    }

    PrometheusText gauge(String metric) {
        return begin(metric, "gauge");
    }

    /// Its values are those of [#bucket], [#sum] and [#count].
    PrometheusText histogram(String metric) {
        return begin(metric, "histogram");
    }

    private PrometheusText begin(String metric, String type) {
        name = metric;
        text.append("# TYPE ").append(metric).append(' ').append(type).append('\n');
        return this;
    }

    /// @param bound the largest value that the bucket counts, or `+Inf`
    PrometheusText bucket(Map<String, String> labels, String bound, long count) {
        var all = new LinkedHashMap<>(labels);
        all.put("le", bound);
        return value("_bucket", all, count, null);
    }

    PrometheusText sum(Map<String, String> labels, double sum) {
        return value("_sum", labels, sum, null);
    }

    PrometheusText count(Map<String, String> labels, long count) {
        return value("_count", labels, count, null);
    }

    /// @param at when the value was read; null where it does not change
    PrometheusText value(Map<String, String> labels, double value, @Nullable Instant at) {
        return value("", labels, value, at);
    }

    private PrometheusText value(String suffix, Map<String, String> labels, double value, @Nullable Instant at) {
        text.append(name).append(suffix);
        if (!labels.isEmpty()) {
            var all = new StringJoiner(",", "{", "}");
            labels.forEach((label, content) -> all.add(label + "=\"" + content.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\""));
            text.append(all);
        }
        text.append(' ').append(value);
        if (at != null) {
            text.append(' ').append(at.toEpochMilli());
        }
        text.append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
