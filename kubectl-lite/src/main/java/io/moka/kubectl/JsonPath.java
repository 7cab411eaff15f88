package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Kubernetes' JSONPath templates: text with `{...}` in between: paths (`.a.b[0]`, `['a.b']`, `[*]`, `[-1]`, `[1:3]`, `..x`), filters
/// (`[?(@.a=="b")]`), `{range ...}{end}` and quoted text (`{"\n"}`).
final class JsonPath {

    private static final Pattern FILTER = Pattern.compile("\\?\\(\\s*@(\\.?[^=!<>\\s]*)\\s*(?:(==|!=|<=|>=|<|>)\\s*(.+?))?\\s*\\)");

    private final String template;
    private int at;

    private JsonPath(String template) {
        this.template = template;
    }

    /// @throws UsageException when the template is not one
    static String render(String template, JsonNode root) {
        var text = template.contains("{") ? template : "{" + (template.startsWith(".") || template.startsWith("$") ? template : "." + template) + "}";
        var out = new StringBuilder();
        new JsonPath(text).block(List.of(root), out, false);
        return out.toString();
    }

    /// Renders until the end of the template, or of the range that it is in.
    private void block(List<JsonNode> contexts, StringBuilder out, boolean inRange) {
        int start = at;
        for (var context : contexts.isEmpty() ? List.<JsonNode>of() : contexts) {
            at = start;
            body(context, out, inRange);
        }
        if (contexts.isEmpty()) {
            body(MissingNode.getInstance(), new StringBuilder(), inRange);
        }
    }

    private void body(JsonNode context, StringBuilder out, boolean inRange) {
        while (at < template.length()) {
            char c = template.charAt(at);
            if (c != '{') {
                out.append(c);
                at++;
                continue;
            }
            var expression = expression();
            if (expression.equals("end")) {
                if (!inRange) {
                    throw new UsageException("jsonpath: {end} without {range}");
                }
                return;
            }
            if (expression.startsWith("range ")) {
                block(evaluate(expression.substring(6).strip(), context), out, true);
            } else if (expression.startsWith("\"") || expression.startsWith("'")) {
                out.append(expression.substring(1, expression.length() - 1).translateEscapes());
            } else {
                out.append(String.join(" ", evaluate(expression, context).stream().map(JsonPath::text).toList()));
            }
        }
        if (inRange) {
            throw new UsageException("jsonpath: {range} without {end}");
        }
    }

    private String expression() {
        int start = ++at;
        char quote = 0;
        for (; at < template.length(); at++) {
            char c = template.charAt(at);
            if (quote != 0) {
                quote = c == quote && template.charAt(at - 1) != '\\' ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '}') {
                return template.substring(start, at++).strip();
            }
        }
        throw new UsageException("jsonpath: unclosed action in " + template);
    }

    private static String text(JsonNode node) {
        return node.isValueNode() ? node.asText() : node.toString();
    }

    /// All nodes that the path leads to.
    static List<JsonNode> evaluate(String path, JsonNode root) {
        List<JsonNode> nodes = List.of(root);
        int i = path.startsWith("$") || path.startsWith("@") ? 1 : 0;
        while (i < path.length()) {
            if (path.startsWith("..", i)) {
                int end = endOfName(path, i + 2);
                nodes = descend(nodes, path.substring(i + 2, end));
                i = end;
            } else if (path.charAt(i) == '.') {
                int end = endOfName(path, i + 1);
                nodes = end == i + 1 ? nodes : field(nodes, path.substring(i + 1, end).replace("\\.", "."));
                i = end;
            } else if (path.charAt(i) == '[') {
                int end = closing(path, i);
                nodes = subscript(nodes, path.substring(i + 1, end));
                i = end + 1;
            } else {
                throw new UsageException("jsonpath: unexpected '" + path.charAt(i) + "' in " + path);
            }
        }
        return nodes;
    }

    private static int endOfName(String path, int from) {
        int i = from;
        while (i < path.length() && path.charAt(i) != '[' && (path.charAt(i) != '.' || path.charAt(i - 1) == '\\')) {
            i++;
        }
        return i;
    }

    private static int closing(String path, int open) {
        char quote = 0;
        int depth = 0;
        for (int i = open; i < path.length(); i++) {
            char c = path.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return i;
            }
        }
        throw new UsageException("jsonpath: unterminated array in " + path);
    }

    private static List<JsonNode> field(List<JsonNode> nodes, String name) {
        var found = new ArrayList<JsonNode>();
        for (var node : nodes) {
            if (name.equals("*")) {
                node.forEach(found::add);
            } else if (node.has(name)) {
                found.add(node.get(name));
            }
        }
        return found;
    }

    private static List<JsonNode> descend(List<JsonNode> nodes, String name) {
        var found = new ArrayList<JsonNode>();
        nodes.forEach(node -> found.addAll(node.findValues(name)));
        return found;
    }

    private static List<JsonNode> subscript(List<JsonNode> nodes, String inside) {
        if (inside.startsWith("'") || inside.startsWith("\"")) {
            return field(nodes, inside.substring(1, inside.length() - 1));
        }
        var found = new ArrayList<JsonNode>();
        for (var node : nodes) {
            if (inside.equals("*")) {
                node.forEach(found::add);
            } else if (inside.startsWith("?")) {
                filter(node, inside, found);
            } else {
                slice(node, inside, found);
            }
        }
        return found;
    }

    private static void slice(JsonNode node, String inside, List<JsonNode> found) {
        try {
            var parts = inside.split(":", -1);
            int size = node.size();
            int from = parts[0].isEmpty() ? 0 : Integer.parseInt(parts[0]);
            from = from < 0 ? from + size : from;
            int to = parts.length == 1 ? from + 1 : parts[1].isEmpty() ? size : Integer.parseInt(parts[1]);
            to = to < 0 ? to + size : to;
            for (int i = Math.max(0, from); i < Math.min(to, size); i++) {
                found.add(node.get(i));
            }
        } catch (NumberFormatException e) {
            throw new UsageException("jsonpath: invalid array index " + inside);
        }
    }

    private static void filter(JsonNode node, String inside, List<JsonNode> found) {
        var matcher = FILTER.matcher(inside);
        if (!matcher.matches()) {
            throw new UsageException("jsonpath: cannot read the filter " + inside);
        }
        for (var item : node) {
            var values = evaluate(matcher.group(1), item);
            if (matcher.group(2) == null ? !values.isEmpty() : values.stream().anyMatch(value -> compare(value, matcher.group(2), matcher.group(3)))) {
                found.add(item);
            }
        }
    }

    private static double number(String literal) {
        try {
            return Double.parseDouble(literal);
        } catch (NumberFormatException e) {
            throw new UsageException("jsonpath: " + literal + " is not a number; quote it if it is meant as text");
        }
    }

    private static boolean compare(JsonNode value, String operator, String literal) {
        boolean quoted = literal.startsWith("\"") || literal.startsWith("'");
        var wanted = quoted ? TextNode.valueOf(literal.substring(1, literal.length() - 1)).asText() : literal;
        int order = !quoted && value.isNumber() ? Double.compare(value.asDouble(), number(wanted)) : value.asText().compareTo(wanted);
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case ">" -> order > 0;
            case "<=" -> order <= 0;
            default -> order >= 0;
        };
    }
}
