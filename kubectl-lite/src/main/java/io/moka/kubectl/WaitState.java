package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A state that `wait --for` names: a condition, a deletion, or a value at a JSON path.
sealed interface WaitState {

    Pattern JSON_PATH = Pattern.compile("jsonpath=(['\"]?)(\\{.*}|[^=]+)\\1(?:=(['\"]?)(.*)\\3)?", Pattern.DOTALL);

    record Deleted() implements WaitState {
    }

    record Created() implements WaitState {
    }

    /// @param status lower case
    record Condition(String type, String status) implements WaitState {
    }

    /// @param value null for any value
    record Value(String path, @Nullable String value) implements WaitState {
    }

    /// @throws UsageException for anything else
    static WaitState parse(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals("delete")) {
            return new Deleted();
        }
        if (lower.equals("create")) {
            return new Created();
        }
        if (lower.startsWith("condition=")) {
            var parts = text.substring("condition=".length()).split("=", 2);
            return new Condition(parts[0], parts.length == 2 ? parts[1].toLowerCase(Locale.ROOT) : "true");
        }
        var path = JSON_PATH.matcher(text);
        if (path.matches()) {
            return new Value(path.group(2), path.group(4));
        }
        throw new UsageException("unrecognized condition: \"" + text + "\"");
    }

    /// @param object null where there is none
    default boolean isMetBy(@Nullable JsonNode object) {
        return switch (this) {
            case Deleted() -> object == null;
            case Created() -> object != null;
            case Condition(var type, var status) -> object != null && has(object, type, status);
            case Value(var path, var value) -> object != null && has(JsonPath.evaluate(path.replaceAll("^\\{|}$", ""), object), value);
        };
    }

    /// A condition that speaks of an earlier generation does not count.
    private static boolean has(JsonNode object, String type, String status) {
        for (var condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText().equalsIgnoreCase(type)) {
                var observed = condition.has("observedGeneration") ? condition.path("observedGeneration") : object.path("status").path("observedGeneration");
                boolean old = !observed.isMissingNode() && observed.asLong() < object.path("metadata").path("generation").asLong();
                return !old && condition.path("status").asText().equalsIgnoreCase(status);
            }
        }
        return false;
    }

    private static boolean has(List<JsonNode> values, @Nullable String wanted) {
        return values.size() == 1 && (wanted == null ? !values.getFirst().isNull() : values.getFirst().isValueNode() && values.getFirst().asText().equals(wanted));
    }
}
