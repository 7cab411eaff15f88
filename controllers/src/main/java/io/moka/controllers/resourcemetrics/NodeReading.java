package io.moka.controllers.resourcemetrics;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The counters of one node, read at one time.
///
/// @param node the node's own counters; null if the kubelet does not report them
record NodeReading(Instant at, @Nullable Counter node, Map<Container, Counter> containers) {

    private static final Pattern LINE = Pattern.compile("([a-z_]+)(?:\\{([^}]*)})? (\\S+)(?: (\\d+))?");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

    /// A container by its names.
    record Container(String namespace, String pod, String name) {
    }

    /// The parts of a counter, until all lines are read.
    private static final class Parts {
        private double cpuSeconds = Double.NaN;
        private long memoryBytes = -1;
        private @Nullable Instant startedAt;
        private @Nullable Instant at;

        private @Nullable Counter counter(Instant readAt) {
            return Double.isNaN(cpuSeconds) || memoryBytes < 0 ? null : new Counter(at == null ? readAt : at, cpuSeconds, memoryBytes, startedAt);
        }
    }

    /// @param text in Prometheus' form, with upstream's names of `/metrics/resource`; other metrics are skipped
    static NodeReading parse(String text, Instant readAt) {
        var containers = new HashMap<Container, Parts>();
        var node = new Parts();
        text.lines().forEach(line -> {
            var matcher = LINE.matcher(line);
            if (matcher.matches()) {
                var name = matcher.group(1);
                if (name.startsWith("container_")) {
                    var labels = labels(matcher.group(2));
                    var container = new Container(labels.getOrDefault("namespace", ""), labels.getOrDefault("pod", ""), labels.getOrDefault("container", ""));
                    set(containers.computeIfAbsent(container, unseen -> new Parts()), name.substring("container_".length()), matcher.group(3), matcher.group(4));
                } else if (name.startsWith("node_")) {
                    set(node, name.substring("node_".length()), matcher.group(3), matcher.group(4));
                }
            }
        });
        var counters = new HashMap<Container, Counter>();
        containers.forEach((container, parts) -> {
            var counter = parts.counter(readAt);
            if (counter != null) {
                counters.put(container, counter);
            }
        });
        return new NodeReading(readAt, node.counter(readAt), counters);
    }

    private static void set(Parts parts, String name, String value, @Nullable String millis) {
        switch (name) {
            case "cpu_usage_seconds_total" -> {
                parts.cpuSeconds = Double.parseDouble(value);
                parts.at = millis == null ? null : Instant.ofEpochMilli(Long.parseLong(millis));
            }
            case "memory_working_set_bytes" -> parts.memoryBytes = (long) Double.parseDouble(value);
            case "start_time_seconds" -> parts.startedAt = Instant.ofEpochMilli((long) (Double.parseDouble(value) * 1_000));
            default -> { }
        }
    }

    private static Map<String, String> labels(@Nullable String text) {
        var labels = new HashMap<String, String>();
        var matcher = LABEL.matcher(text == null ? "" : text);
        while (matcher.find()) {
            labels.put(matcher.group(1), matcher.group(2));
        }
        return labels;
    }
}
