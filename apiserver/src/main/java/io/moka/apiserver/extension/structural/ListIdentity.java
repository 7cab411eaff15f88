package io.moka.apiserver.extension.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides which elements of two lists are the same element: equal scalars in a set, equal keys in a map.
public final class ListIdentity {
    private ListIdentity() {}

    static void checkUnique(StructuralSchema schema, JsonNode list, FieldPath path, Problems problems) {
        if (!schema.listType().equals("set") && !schema.listType().equals("map")) {
            return;
        }
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode identity = identity(schema, list.get(i));
            if (!seen.add(identity)) {
                problems.duplicate(path.index(i), identity);
            }
        }
    }

    private static JsonNode identity(StructuralSchema schema, JsonNode element) {
        if (schema.listType().equals("set")) {
            return element;
        }
        ObjectNode keys = Json.object();
        for (String key : schema.listMapKeys()) {
            if (element.has(key)) {
                keys.set(key, element.get(key));
            }
        }
        return keys;
    }

    /// Returns the corresponding element of an earlier list; null when the element is new, or the list's elements have no identity.
    public static @Nullable JsonNode sameElement(StructuralSchema schema, JsonNode element, @Nullable JsonNode earlier) {
        if (earlier == null || !schema.listType().equals("map")) {
            return null;
        }
        JsonNode wanted = identity(schema, element);
        for (JsonNode candidate : earlier) {
            if (identity(schema, candidate).equals(wanted)) {
                return candidate;
            }
        }
        return null;
    }
}
