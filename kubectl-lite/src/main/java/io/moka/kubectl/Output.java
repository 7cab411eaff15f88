package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// The forms of `-o` that show whole objects rather than the server's table.
sealed interface Output {

    /// The server's table, with more columns if wide.
    record Table(boolean wide) implements Output {
    }

    record Yaml() implements Output {
    }

    record JsonText() implements Output {
    }

    record Name() implements Output {
    }

    record Path(String template) implements Output {
    }

    record CustomColumns(List<String> headers, List<String> paths) implements Output {
    }

    static Output parse(String form) {
        int equals = form.indexOf('=');
        var argument = equals < 0 ? "" : form.substring(equals + 1);
        return switch (equals < 0 ? form : form.substring(0, equals)) {
            case "" -> new Table(false);
            case "wide" -> new Table(true);
            case "yaml" -> new Yaml();
            case "json" -> new JsonText();
            case "name" -> new Name();
            case "jsonpath" -> new Path(argument);
            case "custom-columns" -> customColumns(argument);
            default -> throw new UsageException("unknown output format \"" + form + "\"; one of: wide, yaml, json, name, jsonpath=..., custom-columns=...");
        };
    }

    private static Output customColumns(String argument) {
        var headers = new ArrayList<String>();
        var paths = new ArrayList<String>();
        for (var column : argument.split(",")) {
            var parts = column.split(":", 2);
            if (parts.length < 2) {
                throw new UsageException("custom-columns wants HEADER:.json.path,...");
            }
            headers.add(parts[0]);
            paths.add(parts[1]);
        }
        return new CustomColumns(headers, paths);
    }

    /// Prints an object, or a List of them.
    default void print(ObjectNode object, Kind kind, PrintStream out) throws IOException {
        switch (this) {
            case Yaml yaml -> out.print(yaml().writeValueAsString(object));
            case JsonText json -> out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(object));
            case Name name -> items(object).forEach(item -> out.println(kind.qualified() + "/" + item.path("metadata").path("name").asText()));
            case Path(var template) -> out.print(JsonPath.render(template, object));
            case CustomColumns(var headers, var paths) -> {
                var rows = new ArrayList<>(List.of(headers));
                items(object).forEach(item -> rows.add(paths.stream().map(path -> cell(path, item)).toList()));
                Columns.print(rows, out);
            }
            case Table table -> throw new IllegalStateException("a table is the server's work");
        }
    }

    private static String cell(String path, JsonNode item) {
        var values = JsonPath.evaluate(path.replaceAll("^\\{|}$", ""), item);
        return values.isEmpty() ? "<none>" : String.join(",", values.stream().map(v -> v.isValueNode() ? v.asText() : v.toString()).toList());
    }

    static List<JsonNode> items(JsonNode object) {
        if (!object.has("items")) {
            return List.of(object);
        }
        var items = new ArrayList<JsonNode>();
        object.get("items").forEach(items::add);
        return items;
    }

    static YAMLMapper yaml() {
        return YAMLMapper.builder().enable(YAMLGenerator.Feature.MINIMIZE_QUOTES).enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).disable(YAMLGenerator.Feature.SPLIT_LINES)
                .enable(YAMLGenerator.Feature.INDENT_ARRAYS).build();
    }
}
