package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Schema;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Merges a configuration into an object: the configuration's values replace the object's; fields that it does not name stay.
final class Merge {
    private Merge() {}

    /// Returns a new tree, which shares unmerged parts with the arguments.
    static ObjectNode of(Schema.Struct kind, ObjectNode live, ObjectNode config) {
        return named(kind, live, config);
    }

    private static ObjectNode named(@Nullable Schema schema, ObjectNode live, ObjectNode config) {
        ObjectNode merged = live.objectNode();
        merged.setAll(live);
        for (Map.Entry<String, JsonNode> entry : config.properties()) {
            Field field = Granularity.field(schema, entry.getKey());
            merged.set(entry.getKey(), value(Granularity.below(schema, field), field, live.get(entry.getKey()), entry.getValue()));
        }
        return merged;
    }

    private static JsonNode value(@Nullable Schema schema, @Nullable Field field, @Nullable JsonNode live, JsonNode config) {
        if (live == null) {
            return config;
        }
        if (config.isNull() && Granularity.of(schema, field, live) != Granularity.LEAF) {
            return live;
        }
        return switch (Granularity.of(schema, field, config)) {
            case LEAF -> config;
            case FIELDS, ENTRIES -> live instanceof ObjectNode object ? named(schema, object, (ObjectNode) config) : config;
            case ITEMS -> live instanceof ArrayNode list ? items(Objects.requireNonNull(field), list, (ArrayNode) config) : config;
        };
    }

    /// Merges the items of a list. Those of the configuration are in its order. The others are
    /// placed as early as possible without overtaking an item that they followed.
    private static ArrayNode items(Field list, ArrayNode live, ArrayNode config) {
        Map<String, JsonNode> wanted = index(list, config);
        String[] elements = elements(list, live);
        Map<String, JsonNode> present = index(list, live);
        ArrayNode merged = live.arrayNode();
        Iterator<String> shared = wanted.keySet().stream().filter(present::containsKey).iterator();
        String nextShared = shared.hasNext() ? shared.next() : null;
        int at = 0;
        for (Map.Entry<String, JsonNode> item : wanted.entrySet()) {
            while (at < elements.length && !elements[at].equals(nextShared)) {
                if (!wanted.containsKey(elements[at])) {
                    merged.add(live.get(at));
                }
                at++;
            }
            JsonNode known = present.get(item.getKey());
            merged.add(known == null ? item.getValue() : value(Granularity.items(list.schema()), null, known, item.getValue()));
            if (item.getKey().equals(nextShared)) {
                at++;
                nextShared = shared.hasNext() ? shared.next() : null;
            }
        }
        for (; at < elements.length; at++) {
            if (!wanted.containsKey(elements[at])) {
                merged.add(live.get(at));
            }
        }
        return merged;
    }

    /// Returns the path elements of all items; empty where an item has none.
    private static String[] elements(Field list, ArrayNode items) {
        String[] elements = new String[items.size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = Objects.requireNonNullElse(PathElement.item(list, items.get(i)), "");
        }
        return elements;
    }

    private static Map<String, JsonNode> index(Field list, ArrayNode items) {
        Map<String, JsonNode> index = new LinkedHashMap<>();
        for (JsonNode item : items) {
            String element = PathElement.item(list, item);
            if (element != null) {
                index.putIfAbsent(element, item);
            }
        }
        return index;
    }
}
