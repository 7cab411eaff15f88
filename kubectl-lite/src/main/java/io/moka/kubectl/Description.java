package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Writes an object out for people, whatever its kind: every field under its words, lists of named things under their names.
final class Description {

    private static final int COLUMN = 26;

    private final Connection connection;
    private final PrintStream out;

    Description(Connection connection, PrintStream out) {
        this.connection = connection;
        this.out = out;
    }

    void print(JsonNode object) {
        var metadata = object.path("metadata");
        line(0, "Name", metadata.path("name").asText());
        if (metadata.has("namespace")) {
            line(0, "Namespace", metadata.path("namespace").asText());
        }
        map("Labels", metadata.path("labels"));
        map("Annotations", metadata.path("annotations"));
        line(0, "Created", metadata.path("creationTimestamp").asText());
        if (metadata.has("deletionTimestamp")) {
            line(0, "Terminating since", metadata.path("deletionTimestamp").asText());
        }
        for (var owner : metadata.path("ownerReferences")) {
            line(0, "Controlled By", owner.path("kind").asText() + "/" + owner.path("name").asText());
        }
        object.properties().forEach(field -> {
            switch (field.getKey()) {
                case "metadata", "apiVersion", "kind" -> { }
                case "spec", "status" -> fields(0, field.getValue());
                default -> field(0, field.getKey(), field.getValue());
            }
        });
        events(metadata);
    }

    private void map(String title, JsonNode map) {
        if (map.isEmpty()) {
            line(0, title, "<none>");
            return;
        }
        var words = title;
        for (var entry : map.properties()) {
            if (!entry.getKey().equals("kubectl.kubernetes.io/last-applied-configuration")) {
                line(0, words, entry.getKey() + "=" + entry.getValue().asText());
                words = "";
            }
        }
    }

    private void fields(int indent, JsonNode object) {
        object.properties().forEach(field -> field(indent, field.getKey(), field.getValue()));
    }

    private void field(int indent, String name, JsonNode value) {
        if (value.isValueNode()) {
            line(indent, words(name), value.asText());
        } else if (name.equals("conditions")) {
            conditions(indent, value);
        } else if (value.isObject()) {
            line(indent, words(name), value.isEmpty() ? "<none>" : "");
            fields(indent + 2, value);
        } else if (isPlain(value)) {
            line(indent, words(name), String.join(", ", texts(value)));
        } else {
            line(indent, words(name), "");
            value.forEach(item -> item(indent + 2, item));
        }
    }

    private void item(int indent, JsonNode item) {
        var title = item.path("name").asText("");
        line(indent, title.isEmpty() ? "-" : title, "");
        item.properties().forEach(field -> {
            if (!field.getKey().equals("name")) {
                field(indent + 2, field.getKey(), field.getValue());
            }
        });
    }

    private void conditions(int indent, JsonNode conditions) {
        line(indent, "Conditions", "");
        var rows = new ArrayList<List<String>>();
        rows.add(List.of(" ".repeat(indent + 2) + "TYPE", "STATUS", "REASON", "MESSAGE"));
        conditions.forEach(c -> rows.add(List.of(" ".repeat(indent + 2) + c.path("type").asText(), c.path("status").asText(),
                c.path("reason").asText(), c.path("message").asText())));
        Columns.print(rows, out);
    }

    private static boolean isPlain(JsonNode array) {
        for (var item : array) {
            if (!item.isValueNode()) {
                return false;
            }
        }
        return true;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /// `podIP` → `Pod IP`, `nodeName` → `Node Name`.
    static String words(String name) {
        var spaced = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
        return Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
    }

    private void line(int indent, String name, String value) {
        var label = name.isEmpty() ? "" : name.equals("-") ? "-" : name + ":";
        var padding = " ".repeat(Math.max(1, COLUMN - indent - label.length()));
        out.println((" ".repeat(indent) + label + (value.isEmpty() ? "" : padding + value.replace("\n", "\n" + " ".repeat(COLUMN)))).stripTrailing());
    }

    private void events(JsonNode metadata) {
        var namespace = metadata.path("namespace").asText("default");
        var fields = "involvedObject.uid=" + metadata.path("uid").asText();
        var list = Connection.object(connection.client().send("GET", "/api/v1/namespaces/" + namespace + "/events", Map.of("fieldSelector", fields), null, null));
        var events = Output.items(list);
        if (events.isEmpty()) {
            line(0, "Events", "<none>");
            return;
        }
        line(0, "Events", "");
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("  TYPE", "REASON", "AGE", "FROM", "MESSAGE"));
        events.stream().sorted(Comparator.comparing(e -> e.path("lastTimestamp").asText())).forEach(event -> rows.add(List.of(
                "  " + event.path("type").asText(), event.path("reason").asText(), age(event), event.path("source").path("component").asText(), event.path("message").asText())));
        Columns.print(rows, out);
    }

    private static String age(JsonNode event) {
        var last = event.path("lastTimestamp").asText("");
        var age = last.isEmpty() || last.equals("null") ? "<unknown>" : shortAge(Duration.between(Instant.parse(last), Instant.now()));
        int count = event.path("count").asInt(1);
        return count > 1 ? age + " (x" + count + ")" : age;
    }

    static String shortAge(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        return seconds < 120 ? seconds + "s" : seconds < 7200 ? seconds / 60 + "m" : seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
