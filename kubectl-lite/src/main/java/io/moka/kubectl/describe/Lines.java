package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/// Text in columns. A line's cells end with a tab; consecutive lines that have a cell in a column share its width, which is that of the
/// widest and two blanks, as Go's `text/tabwriter` has it. Used by one thread.
public final class Lines {

    private static final int PADDING = 2;
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final int LONG_ANNOTATION = 140;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final List<String[]> lines = new ArrayList<>();
    private final Instant now;

    Lines(Instant now) {
        this.now = now;
    }

    /// Adds a line; a text of several lines adds several.
    ///
    /// @param level of indentation, two blanks each
    void add(int level, String format, Object... arguments) {
        var text = arguments.length == 0 ? format : format.formatted(arguments);
        for (var line : text.split("\n", -1)) {
            lines.add(("  ".repeat(level) + line).split("\t", -1));
        }
    }

    /// `Name:` and the value in the next column.
    void field(int level, String name, String value) {
        add(level, name + ":\t" + value.replace("\n", "\n\t"));
    }

    /// Nothing if the value is empty.
    void optional(int level, String name, JsonNode value) {
        if (!value.isMissingNode() && !value.isNull() && !value.asText().isEmpty()) {
            field(level, name, value.asText());
        }
    }

    /// One pair a line, the first beside the name.
    void pairs(int level, String name, JsonNode map) {
        if (map.isEmpty()) {
            field(level, name, "<none>");
            return;
        }
        var label = name + ":";
        for (var key : keys(map)) {
            add(level, label + "\t" + key + "=" + map.get(key).asText());
            label = "";
        }
    }

    /// Annotations as upstream shows them: without the one of `apply`, long ones below their names.
    void annotations(int level, JsonNode map) {
        var shown = keys(map).stream().filter(key -> !key.equals(LAST_APPLIED)).toList();
        if (shown.isEmpty()) {
            field(level, "Annotations", "<none>");
            return;
        }
        var label = "Annotations:";
        for (var key : shown) {
            var value = map.get(key).asText().stripTrailing();
            if (value.length() + key.length() + 2 < LONG_ANNOTATION && !value.contains("\n")) {
                add(level, label + "\t" + key + ": " + value);
            } else {
                add(level, label + "\t" + key + ":");
                value.lines().forEach(line -> add(level, "\t  " + (line.length() > LONG_ANNOTATION - 2 ? line.substring(0, LONG_ANNOTATION - 2) + "..." : line)));
            }
            label = "";
        }
    }

    static List<String> keys(JsonNode map) {
        var keys = new ArrayList<String>();
        map.fieldNames().forEachRemaining(keys::add);
        keys.sort(Comparator.naturalOrder());
        return keys;
    }

    /// `a=b,c=d`, or `<none>`.
    static String joined(JsonNode map) {
        var text = new StringJoiner(",");
        keys(map).forEach(key -> text.add(key + "=" + map.get(key).asText()));
        return map.isEmpty() ? "<none>" : text.toString();
    }

    static String join(JsonNode array, String separator) {
        var text = new StringJoiner(separator);
        array.forEach(item -> text.add(item.asText()));
        return text.toString();
    }

    /// A selector's equality part and its expressions.
    static String selector(JsonNode selector) {
        var text = new StringJoiner(",");
        keys(selector.path("matchLabels")).forEach(key -> text.add(key + "=" + selector.path("matchLabels").get(key).asText()));
        for (var expression : selector.path("matchExpressions")) {
            var key = expression.path("key").asText();
            var values = join(expression.path("values"), ",");
            text.add(switch (expression.path("operator").asText()) {
                case "In" -> key + " in (" + values + ")";
                case "NotIn" -> key + " notin (" + values + ")";
                case "Exists" -> key;
                default -> "!" + key;
            });
        }
        return text.toString();
    }

    static String date(JsonNode time) {
        return time.asText("").isEmpty() ? "<unset>" : DATE.format(Instant.parse(time.asText()));
    }

    /// Title case as upstream prints booleans.
    static String title(boolean value) {
        return value ? "True" : "False";
    }

    String age(JsonNode time) {
        var text = time.asText("");
        return text.isEmpty() || text.equals("null") ? "<unknown>" : duration(Duration.between(Instant.parse(text), now));
    }

    /// Upstream's `HumanDuration`: at most two units, the second only where the first is small.
    static String duration(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (seconds < 120) {
            return seconds + "s";
        }
        if (minutes < 10) {
            return minutes + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
        }
        if (hours < 3) {
            return minutes + "m";
        }
        if (hours < 8) {
            return hours + "h" + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < 8) {
            return days + "d" + (hours % 24 == 0 ? "" : hours % 24 + "h");
        }
        return days < 2 * 365 ? days + "d" : days / 365 + "y" + (days < 8 * 365 && days % 365 != 0 ? days % 365 + "d" : "");
    }

    /// The events that tell an object's story, the oldest first.
    void events(List<JsonNode> events) {
        if (events.isEmpty()) {
            field(0, "Events", "<none>");
            return;
        }
        add(0, "Events:");
        add(1, "Type\tReason\tAge\tFrom\tMessage");
        add(1, "----\t------\t----\t----\t-------");
        events.stream().sorted(Comparator.comparing(Lines::lastSeen)).forEach(event -> add(1, "%s\t%s\t%s\t%s\t%s", event.path("type").asText(),
                event.path("reason").asText(), interval(event), source(event), event.path("message").asText().strip()));
    }

    private static String lastSeen(JsonNode event) {
        var series = event.path("series").path("lastObservedTime").asText("");
        var last = event.path("lastTimestamp").asText("");
        return !series.isEmpty() ? series : last.isEmpty() || last.equals("null") ? event.path("eventTime").asText("") : last;
    }

    private String interval(JsonNode event) {
        var first = event.path("firstTimestamp").asText("").isEmpty() || event.path("firstTimestamp").isNull() ? event.path("eventTime") : event.path("firstTimestamp");
        int count = event.has("series") ? event.path("series").path("count").asInt() : event.path("count").asInt(1);
        var last = event.has("series") ? event.path("series").path("lastObservedTime") : event.path("lastTimestamp");
        return count > 1 ? age(last) + " (x" + count + " over " + age(first) + ")" : age(first);
    }

    private static String source(JsonNode event) {
        var component = event.path("source").path("component").asText("");
        return component.isEmpty() ? event.path("reportingComponent").asText("") : component;
    }

    /// The lines with tabs between their cells, as they were added.
    String withTabs() {
        return lines.stream().map(cells -> String.join("\t", cells) + "\n").collect(Collectors.joining());
    }

    String text() {
        var out = new StringBuilder();
        format(out, 0, lines.size(), new int[0]);
        return out.toString();
    }

    /// Go's algorithm: a run of lines that have a cell in the next column settles that column's width and is formatted on its own.
    private void format(StringBuilder out, int from, int to, int[] widths) {
        int column = widths.length;
        int written = from;
        for (int line = from; line < to; line++) {
            if (column >= lines.get(line).length - 1) {
                continue;
            }
            write(out, written, line, widths);
            int end = line;
            int width = 0;
            while (end < to && column < lines.get(end).length - 1) {
                width = Math.max(width, lines.get(end)[column].length() + PADDING);
                end++;
            }
            var wider = Arrays.copyOf(widths, column + 1);
            wider[column] = width;
            format(out, line, end, wider);
            written = end;
            line = end - 1;
        }
        write(out, written, to, widths);
    }

    private void write(StringBuilder out, int from, int to, int[] widths) {
        for (int line = from; line < to; line++) {
            var cells = lines.get(line);
            var text = new StringBuilder();
            for (int i = 0; i < cells.length; i++) {
                text.append(cells[i]);
                if (i < cells.length - 1 && i < widths.length) {
                    text.append(" ".repeat(widths[i] - cells[i].length()));
                }
            }
            out.append(text.toString().stripTrailing()).append('\n');
        }
    }
}
