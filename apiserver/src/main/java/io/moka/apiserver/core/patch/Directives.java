package io.moka.apiserver.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;

/// Removes directives from those parts of a strategic merge patch that are inserted without merging.
final class Directives {

    private Directives() {
    }

    /// Removes directives, nulls in objects, and elements that only delete others; in place.
    static JsonNode strip(JsonNode value) {
        switch (value) {
            case ObjectNode object -> stripObject(object);
            case ArrayNode list -> stripList(list);
            default -> { }
        }
        return value;
    }

    private static void stripObject(ObjectNode object) {
        if (isDeletion(object)) {
            object.removeAll();
            return;
        }
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            JsonNode value = object.get(name);
            if (isDirective(name) || value.isNull()) {
                names.remove();
            } else {
                strip(value);
            }
        }
    }

    private static void stripList(ArrayNode list) {
        for (int i = list.size() - 1; i >= 0; i--) {
            JsonNode element = list.get(i);
            if (isDeletion(element) || isBareReplacement(element)) {
                list.remove(i);
            } else {
                strip(element);
            }
        }
    }

    static boolean isDirective(String name) {
        return name.equals(StrategicMergePatch.PATCH) || name.equals(StrategicMergePatch.RETAIN_KEYS)
                || name.startsWith(StrategicMergePatch.DELETE_PREFIX) || name.startsWith(StrategicMergePatch.ORDER_PREFIX);
    }

    static boolean isDeletion(JsonNode value) {
        return value.path(StrategicMergePatch.PATCH).asText().equals("delete");
    }

    /// Whether an element is `{"$patch": "replace"}`, which marks the list for replacement.
    static boolean isBareReplacement(JsonNode value) {
        return value.path(StrategicMergePatch.PATCH).asText().equals("replace");
    }
}
