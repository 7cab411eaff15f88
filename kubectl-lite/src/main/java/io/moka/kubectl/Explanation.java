package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Writes about a kind or one of its fields, in the form of upstream's kubectl.
///
/// @param document the OpenAPI v3 document of the kind's group and version
/// @param recursive whether the fields of fields are shown, and no descriptions
record Explanation(JsonNode document, String apiVersion, String kind, boolean recursive) {

    private static final int WIDTH = 76;
    private static final String REFERENCE = "#/components/schemas/";

    /// @param path the field's names from the kind on
    /// @throws UsageException where there is no such field
    String of(List<String> path) {
        var out = new StringBuilder();
        int slash = apiVersion.indexOf('/');
        if (slash > 0) {
            out.append("GROUP:      ").append(apiVersion, 0, slash).append('\n');
        }
        out.append("KIND:       ").append(kind).append("\nVERSION:    ").append(apiVersion.substring(slash + 1)).append("\n\n");
        var schema = kindSchema();
        JsonNode field = schema;
        for (var name : path) {
            var properties = properties(field);
            if (!properties.has(name)) {
                throw new UsageException("field \"" + name + "\" does not exist");
            }
            field = properties.get(name);
        }
        if (!path.isEmpty()) {
            out.append("FIELD: ").append(path.getLast()).append(" <").append(type(field)).append(">\n").append(enumeration(field)).append('\n');
        }
        out.append("DESCRIPTION:\n").append(indent(description(field) + "\n", WIDTH, 4));
        if (!properties(field).isEmpty()) {
            out.append("FIELDS:\n");
            fields(field, 0, new HashSet<>(), out);
        }
        return out.append('\n').toString();
    }

    private JsonNode kindSchema() {
        int slash = apiVersion.indexOf('/');
        for (var schema : document.path("components").path("schemas")) {
            for (var of : schema.path("x-kubernetes-group-version-kind")) {
                if (of.path("kind").asText().equals(kind) && of.path("version").asText().equals(apiVersion.substring(slash + 1))
                        && of.path("group").asText().equals(slash < 0 ? "" : apiVersion.substring(0, slash))) {
                    return schema;
                }
            }
        }
        throw new UsageException("the server says nothing about " + kind + " in " + apiVersion);
    }

    /// The schema that a `$ref` names, or the schema itself.
    private JsonNode resolved(JsonNode schema) {
        var reference = reference(schema);
        return reference.isEmpty() ? schema : document.path("components").path("schemas").path(reference);
    }

    private static String reference(JsonNode schema) {
        var reference = schema.path("$ref").asText(schema.path("allOf").path(0).path("$ref").asText());
        return reference.startsWith(REFERENCE) ? reference.substring(REFERENCE.length()) : "";
    }

    private JsonNode properties(JsonNode schema) {
        if (schema.has("items")) {
            return properties(schema.get("items"));
        }
        if (schema.path("additionalProperties").isObject()) {
            return properties(schema.get("additionalProperties"));
        }
        return resolved(schema).path("properties");
    }

    private JsonNode required(JsonNode schema) {
        return schema.has("items") ? required(schema.get("items")) : resolved(schema).path("required");
    }

    private String type(JsonNode schema) {
        if (schema.has("items")) {
            return "[]" + type(schema.get("items"));
        }
        if (schema.path("additionalProperties").isObject()) {
            return "map[string]" + type(schema.get("additionalProperties"));
        }
        var reference = reference(schema);
        if (!reference.isEmpty()) {
            var known = document.path("components").path("schemas").path(reference);
            var type = known.path("type").asText("object");
            return type.equals("object") ? reference.substring(reference.lastIndexOf('.') + 1) : type;
        }
        return schema.has("properties") ? "Object" : schema.path("type").asText("Object").replaceFirst("^object$", "Object");
    }

    private String description(JsonNode schema) {
        var own = schema.path("description").asText("");
        var referred = resolved(schema.has("items") ? schema.get("items") : schema).path("description").asText("");
        if (own.isEmpty() || own.equals(referred)) {
            return own.isEmpty() && referred.isEmpty() ? "<empty>" : referred;
        }
        return referred.isEmpty() ? own : own + "\n" + referred;
    }

    private static List<String> values(JsonNode schema) {
        return schema.path("enum").valueStream().map(JsonNode::asText).map(value -> value.isEmpty() ? "\"\"" : value).toList();
    }

    private static String enumeration(JsonNode schema) {
        var values = values(schema);
        return values.isEmpty() ? "\n" : "ENUM:\n" + values.stream().map(value -> "    " + value + "\n").collect(Collectors.joining());
    }

    private void fields(JsonNode schema, int level, Set<String> inside, StringBuilder out) {
        var required = required(schema);
        var sorted = new TreeMap<String, JsonNode>();
        properties(schema).properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        sorted.forEach((name, field) -> {
            boolean needed = required.valueStream().anyMatch(other -> other.asText().equals(name));
            out.append("  ".repeat(level + 1)).append(name).append("\t<").append(type(field)).append('>').append(needed ? " -required-" : "").append('\n');
            var values = values(field);
            if (!values.isEmpty()) {
                out.append("  ".repeat(level + 1)).append("enum: ").append(shown(values)).append('\n');
            }
            if (!recursive) {
                out.append(indent(field.path("description").asText("<no description>"), WIDTH, 4)).append('\n');
                return;
            }
            var inner = reference(innermost(field));
            if (!properties(field).isEmpty() && (inner.isEmpty() || inside.add(inner))) {
                fields(field, level + 1, inside, out);
                inside.remove(inner);
            }
        });
    }

    private static String shown(List<String> values) {
        return values.size() > 4 ? String.join(", ", values.subList(0, 4)) + ", ...." : String.join(", ", values);
    }

    private static JsonNode innermost(JsonNode field) {
        return field.has("items") ? innermost(field.get("items")) : field.path("additionalProperties").isObject() ? innermost(field.get("additionalProperties")) : field;
    }

    /// Breaks lines between words, and begins each with so many spaces.
    static String indent(String text, int width, int spaces) {
        var lines = new ArrayList<String>();
        for (var paragraph : text.split("\n", -1)) {
            var line = new StringBuilder();
            boolean begun = false;
            for (var word : paragraph.split(" ", -1)) {
                if (begun && line.length() + 1 + word.length() > width) {
                    lines.add(line.toString());
                    line.setLength(0);
                    begun = false;
                }
                line.append(begun ? " " : "").append(word);
                begun = true;
            }
            lines.add(line.toString());
        }
        return lines.stream().map(line -> " ".repeat(spaces) + line + "\n").collect(Collectors.joining());
    }
}
