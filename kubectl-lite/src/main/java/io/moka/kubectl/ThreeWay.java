package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes what `apply` sends: what the user's new text says, and the deletion of what only the last applied text said. What others
/// have set meanwhile is not touched.
///
/// @param byKeys whether lists of named things are merged by their keys (strategic merge patch) or replaced (JSON merge patch)
record ThreeWay(boolean byKeys) {

    /// Merge keys of the built-in kinds' lists, by field name; of several the first that all items have is taken.
    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("containers", List.of("name")), Map.entry("initContainers", List.of("name")), Map.entry("ephemeralContainers", List.of("name")),
            Map.entry("env", List.of("name")), Map.entry("volumes", List.of("name")), Map.entry("volumeMounts", List.of("mountPath")),
            Map.entry("volumeDevices", List.of("devicePath")), Map.entry("ports", List.of("containerPort", "port")),
            Map.entry("imagePullSecrets", List.of("name")), Map.entry("hostAliases", List.of("ip")), Map.entry("topologySpreadConstraints", List.of("topologyKey")));

    ObjectNode patch(@Nullable JsonNode last, ObjectNode wanted) {
        var patch = JsonNodeFactory.instance.objectNode();
        wanted.properties().forEach(field -> {
            var before = last == null ? null : last.get(field.getKey());
            patch.set(field.getKey(), value(field.getKey(), before, field.getValue()));
        });
        if (last != null) {
            last.fieldNames().forEachRemaining(name -> {
                if (!wanted.has(name)) {
                    patch.putNull(name);
                }
            });
        }
        return patch;
    }

    private JsonNode value(String name, @Nullable JsonNode before, JsonNode wanted) {
        if (wanted instanceof ObjectNode object) {
            return patch(before instanceof ObjectNode ? before : null, object);
        }
        if (byKeys && wanted instanceof ArrayNode array) {
            var key = key(name, array);
            return key == null ? array : list(key, before, array);
        }
        return wanted;
    }

    private static @Nullable String key(String name, ArrayNode array) {
        for (var key : KEYS.getOrDefault(name, List.of())) {
            boolean all = !array.isEmpty();
            for (var item : array) {
                all &= item.has(key);
            }
            if (all) {
                return key;
            }
        }
        return null;
    }

    private ArrayNode list(String key, @Nullable JsonNode before, ArrayNode wanted) {
        var list = JsonNodeFactory.instance.arrayNode();
        for (var item : wanted) {
            list.add(patch(find(before, key, item.get(key)), (ObjectNode) item));
        }
        if (before != null) {
            for (var item : before) {
                if (item.has(key) && find(wanted, key, item.get(key)) == null) {
                    list.addObject().put("$patch", "delete").set(key, item.get(key));
                }
            }
        }
        return list;
    }

    private static @Nullable JsonNode find(@Nullable JsonNode list, String key, JsonNode value) {
        if (list != null) {
            for (var item : list) {
                if (value.equals(item.get(key))) {
                    return item;
                }
            }
        }
        return null;
    }
}
