package io.moka.apiserver.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.schema.Field;
import io.moka.apiserver.schema.Schema;
import java.util.HashMap;
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

    /// The configuration's items stand in its order; the others stay before the first of its items that they stood before.
    private static ArrayNode items(Field list, ArrayNode live, ArrayNode config) {
        Map<String, JsonNode> wanted = index(list, config);
        Map<String, Integer> places = places(list, live);
        ArrayNode merged = live.arrayNode();
        int next = 0;
        for (Map.Entry<String, JsonNode> item : wanted.entrySet()) {
            Integer place = places.get(item.getKey());
            if (place == null) {
                merged.add(item.getValue());
                continue;
            }
            if (place >= next) {
                takeOthers(list, live, next, place, wanted, merged);
                next = place + 1;
            }
            merged.add(value(Grain.items(list.schema()), null, live.get(place), item.getValue()));
        }
        takeOthers(list, live, next, live.size(), wanted, merged);
        return merged;
    }

    /// Takes what the configuration does not name.
    private static void takeOthers(Field list, ArrayNode live, int from, int until, Map<String, JsonNode> wanted, ArrayNode merged) {
        for (int i = from; i < until; i++) {
            String element = PathElement.item(list, live.get(i));
            if (element == null || !wanted.containsKey(element)) {
                merged.add(live.get(i));
            }
        }
    }

    private static Map<String, Integer> places(Field list, ArrayNode items) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < items.size(); i++) {
            String element = PathElement.item(list, items.get(i));
            if (element != null) {
                places.putIfAbsent(element, i);
            }
        }
        return places;
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
