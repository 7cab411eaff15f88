package io.moka.apiserver.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.schema.Field;
import io.moka.apiserver.schema.Schema;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Lays a configuration over an object: where both say something, the configuration counts; what it does not name stays.
final class Merge {
    private Merge() {}

    /// A new tree, which shares with the old ones what it has not merged.
    static ObjectNode of(Schema.Struct kind, ObjectNode live, ObjectNode config) {
        return named(kind, live, config);
    }

    private static ObjectNode named(@Nullable Schema schema, ObjectNode live, ObjectNode config) {
        ObjectNode merged = live.objectNode();
        merged.setAll(live);
        for (Map.Entry<String, JsonNode> entry : config.properties()) {
            Field field = Grain.field(schema, entry.getKey());
            merged.set(entry.getKey(), value(Grain.below(schema, field), field, live.get(entry.getKey()), entry.getValue()));
        }
        return merged;
    }

    private static JsonNode value(@Nullable Schema schema, @Nullable Field field, @Nullable JsonNode live, JsonNode config) {
        if (live == null) {
            return config;
        }
        if (config.isNull() && Grain.of(schema, field, live) != Grain.LEAF) {
            return live;
        }
        return switch (Grain.of(schema, field, config)) {
            case LEAF -> config;
            case FIELDS, ENTRIES -> live instanceof ObjectNode object ? named(schema, object, (ObjectNode) config) : config;
            case ITEMS -> live instanceof ArrayNode list ? items(Objects.requireNonNull(field), list, (ArrayNode) config) : config;
        };
    }

    /// The configuration's items stand in its order. The others come as early as they can without passing an item that they stood behind.
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
            merged.add(known == null ? item.getValue() : value(Grain.items(list.schema()), null, known, item.getValue()));
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

    /// The elements of all items; empty where an item has none.
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
