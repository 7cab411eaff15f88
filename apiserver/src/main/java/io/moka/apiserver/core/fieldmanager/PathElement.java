package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Converts steps of a path to and from the notation of `fieldsV1`: `f:NAME`, `k:{"KEY":VALUE}`, `v:VALUE`, `i:INDEX`.
final class PathElement {
    private PathElement() {}

    static String field(String name) {
        return "f:".concat(name);
    }

    static String value(JsonNode value) {
        return "v:" + value;
    }

    /// Returns the element of an item in a list that is a set or a map; null when the item lacks a key that has no default. A required key
    /// is empty by default, as in Go.
    static @Nullable String item(Field list, JsonNode item) {
        if (list.listType() == Field.ListType.SET) {
            return item.isValueNode() && !item.isNull() ? value(item) : null;
        }
        List<String> keys = list.listMapKeys();
        if (keys.size() == 1) {
            JsonNode value = key(list, keys.getFirst(), item);
            return value == null ? null : "k:{\"" + keys.getFirst() + "\":" + value + "}";
        }
        TreeMap<String, JsonNode> values = new TreeMap<>();
        for (String key : keys) {
            JsonNode value = key(list, key, item);
            if (value != null) {
                values.put(key, value);
            } else {
                return null;
            }
        }
        return "k:" + Json.object().setAll(values);
    }

    private static @Nullable JsonNode key(Field list, String key, JsonNode item) {
        JsonNode value = Json.present(item, key);
        if (value != null) {
            return value;
        }
        Field field = item.isObject() && list.schema() instanceof Schema.ListOf(Schema.Struct struct) ? struct.field(key) : null;
        if (field == null || field.defaultValue() != null || !field.required()) {
            return field == null ? null : field.defaultValue();
        }
        return field.schema() == Schema.Scalar.STRING ? JsonNodeFactory.instance.textNode("") : JsonNodeFactory.instance.numberNode(0);
    }

    /// Returns the canonical text of an element, which is the same for equal elements; empty when the text is no element.
    static String canonical(String element) {
        if (element.length() < 2 || element.charAt(1) != ':') {
            return "";
        }
        String rest = element.substring(2);
        return switch (element.charAt(0)) {
            case 'f' -> element;
            case 'i' -> rest.matches("\\d+") ? element : "";
            case 'v' -> {
                JsonNode value = parse(rest);
                yield value == null ? "" : "v:" + value;
            }
            case 'k' -> {
                TreeMap<String, JsonNode> keys = new TreeMap<>();
                if (parse(rest) instanceof ObjectNode object) {
                    object.properties().forEach(key -> keys.put(key.getKey(), key.getValue()));
                }
                yield keys.isEmpty() ? "" : "k:" + Json.object().setAll(keys);
            }
            default -> "";
        };
    }

    private static @Nullable JsonNode parse(String json) {
        try {
            JsonNode node = Json.MAPPER.readTree(json);
            return node.isMissingNode() ? null : node;
        } catch (JsonProcessingException malformed) {
            return null;
        }
    }

    /// Returns the element as messages show it: `.name`, `[name="web"]`, `[="x"]`, `[0]`.
    static String describe(String element) {
        String rest = element.substring(2);
        return switch (element.charAt(0)) {
            case 'k' -> {
                StringBuilder text = new StringBuilder("[");
                JsonNode keys = parse(rest);
                for (Map.Entry<String, JsonNode> key : keys == null ? Json.object().properties() : keys.properties()) {
                    text.append(text.length() == 1 ? "" : ",").append(key.getKey()).append('=').append(key.getValue());
                }
                yield text.append(']').toString();
            }
            case 'v' -> "[=" + rest + "]";
            case 'i' -> "[" + rest + "]";
            default -> "." + rest;
        };
    }
}
