package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Cell values and columns that many kinds share.
final class Cells {

    static final String NONE = "<none>";

    private Cells() {
    }

    static JsonNode at(JsonNode object, String path) {
        JsonNode node = object;
        for (String name : path.split("\\.")) {
            node = node.path(name);
        }
        return node;
    }

    static String text(JsonNode object, String path, String otherwise) {
        String text = at(object, path).asText();
        return text.isEmpty() || text.equals("null") ? otherwise : text;
    }

    static String name(JsonNode object) {
        return text(object, "metadata.name", "");
    }

    static String age(JsonNode object, Instant now) {
        return since(text(object, "metadata.creationTimestamp", ""), now);
    }

    /// Returns the time that has passed since an instant, in short form; `<unknown>` when there is no time.
    static String since(String time, Instant now) {
        Instant instant = parse(time);
        return instant == null ? "<unknown>" : humanDuration(Duration.between(instant, now));
    }

    static @Nullable Instant parse(String time) {
        return time.isEmpty() || time.equals("null") ? null : OffsetDateTime.parse(time).toInstant();
    }

    /// Returns `5m12s`, `3h`, `2d4h`: two units at most, one where the second no longer matters.
    static String humanDuration(Duration duration) {
        long seconds = duration.getSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (seconds < 120) {
            return Math.max(0, seconds) + "s";
        } else if (minutes < 10) {
            return minutes + "m" + rest(seconds % 60, "s");
        } else if (minutes < 180) {
            return minutes + "m";
        } else if (hours < 8) {
            return hours + "h" + rest(minutes % 60, "m");
        } else if (hours < 48) {
            return hours + "h";
        } else if (days < 8) {
            return days + "d" + rest(hours % 24, "h");
        } else if (days < 365 * 2) {
            return days + "d";
        } else if (days < 365 * 8) {
            return days / 365 + "y" + rest(days % 365, "d");
        }
        return days / 365 + "y";
    }

    private static String rest(long count, String unit) {
        return count == 0 ? "" : count + unit;
    }

    static String join(JsonNode list, String separator, String otherwise) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts.isEmpty() ? otherwise : String.join(separator, texts);
    }

    static String joinField(JsonNode list, String field, String otherwise) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.path(field).asText()));
        return texts.isEmpty() ? otherwise : String.join(",", texts);
    }

    /// Returns a map of labels, as `a=1,b=2`.
    static String labels(JsonNode labels) {
        Map<String, String> sorted = new TreeMap<>();
        labels.properties().forEach(label -> sorted.put(label.getKey(), label.getValue().asText()));
        String text = sorted.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(","));
        return text.isEmpty() ? NONE : text;
    }

    /// Returns a label selector, as `a=1,b in (x,y),!c`.
    static String selector(JsonNode selector) {
        if (selector.isMissingNode()) {
            return NONE;
        }
        List<String> parts = new ArrayList<>();
        if (!selector.path("matchLabels").isEmpty()) {
            parts.add(labels(selector.path("matchLabels")));
        }
        for (JsonNode requirement : selector.path("matchExpressions")) {
            String key = requirement.path("key").asText();
            String values = StreamSupport.stream(requirement.path("values").spliterator(), false)
                    .map(JsonNode::asText).sorted().collect(Collectors.joining(",", " (", ")"));
            parts.add(switch (requirement.path("operator").asText()) {
                case "In" -> key + " in" + values;
                case "NotIn" -> key + " notin" + values;
                case "Exists" -> key;
                default -> "!" + key;
            });
        }
        return parts.isEmpty() ? NONE : String.join(",", parts);
    }

    /// Returns the wide columns of workloads: the names and images of the template's containers, and the selector.
    static List<Column> templateColumns(String template, @Nullable String selector) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.of("Containers", o -> joinField(at(o, template + ".spec.containers"), "name", "")).inWide());
        columns.add(Column.of("Images", o -> joinField(at(o, template + ".spec.containers"), "image", "")).inWide());
        if (selector != null) {
            columns.add(Column.of("Selector", o -> selector(at(o, selector))).inWide());
        }
        return columns;
    }
}
