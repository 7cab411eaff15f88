package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/// Evaluates the subset of kubectl's JSONPath that printer columns use: `.field`, `['field']`, `[0]`, `[*]`, `[?(@.type=="Ready")]` with `==` and `!=`,
/// but not `..`. Throws [IllegalArgumentException] for an unsupported or invalid path.
public final class JsonPath {
    private final List<Function<JsonNode, List<JsonNode>>> steps = new ArrayList<>();
    private final String text;
    private int at;

    private JsonPath(String text) {
        this.text = text;
    }

    public static JsonPath parse(String text) {
        JsonPath path = new JsonPath(text);
        while (path.at < text.length()) {
            path.step();
        }
        return path;
    }

    /// Returns the parts of a value that the path selects, in order.
    public List<JsonNode> find(JsonNode value) {
        List<JsonNode> found = List.of(value);
        for (Function<JsonNode, List<JsonNode>> step : steps) {
            List<JsonNode> next = new ArrayList<>();
            found.forEach(node -> next.addAll(step.apply(node)));
            found = next;
        }
        return found;
    }

    private void step() {
        char first = text.charAt(at);
        if (first == '.') {
            at++;
            name();
        } else if (first == '[') {
            bracket();
        } else {
            throw new IllegalArgumentException("invalid path at position " + at);
        }
    }

    private void name() {
        StringBuilder name = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            name.append(text.charAt(at++));
        }
        if (!name.isEmpty()) {
            field(name.toString());
        }
    }

    private void field(String name) {
        steps.add(name.equals("*") ? JsonPath::all : node -> node.has(name) ? List.of(node.get(name)) : List.of());
    }

    private static List<JsonNode> all(JsonNode node) {
        List<JsonNode> elements = new ArrayList<>();
        node.forEach(elements::add);
        return elements;
    }

    private void bracket() {
        int end = text.startsWith("[?(", at) ? text.indexOf(")]", at) + 1 : text.indexOf(']', at);
        if (end <= at) {
            throw new IllegalArgumentException("unterminated array");
        }
        String inside = text.substring(at + 1, end);
        at = end + 1;
        if (inside.equals("*")) {
            steps.add(JsonPath::all);
        } else if (inside.startsWith("?(")) {
            Predicate<JsonNode> filter = filter(inside.substring(2, inside.length() - 1));
            steps.add(node -> all(node).stream().filter(filter).toList());
        } else if (inside.startsWith("'") || inside.startsWith("\"")) {
            field(inside.substring(1, inside.length() - 1));
        } else {
            index(Integer.parseInt(inside));
        }
    }

    private void index(int index) {
        steps.add(node -> {
            int position = index < 0 ? node.size() + index : index;
            return node.has(position) ? List.of(node.get(position)) : List.of();
        });
    }

    private static Predicate<JsonNode> filter(String condition) {
        boolean not = condition.contains("!=");
        String[] sides = condition.split(not ? "!=" : "==", 2);
        if (!sides[0].trim().startsWith("@")) {
            throw new IllegalArgumentException("unrecognized filter " + condition);
        }
        JsonPath path = parse(sides[0].trim().substring(1));
        if (sides.length == 1) {
            return node -> !path.find(node).isEmpty();
        }
        String wanted = sides[1].trim().replaceAll("^[\"']|[\"']$", "");
        return node -> path.find(node).stream().anyMatch(value -> value.asText().equals(wanted)) != not;
    }
}
