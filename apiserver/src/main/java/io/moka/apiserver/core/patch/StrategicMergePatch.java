package io.moka.apiserver.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.ObjectSchema;
import io.moka.apiserver.core.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Applies Kubernetes' strategic merge patches: merge patches that merge lists by key where the schema says so, with directives
/// for changes that a merge cannot express:
///
/// - `$patch: replace` or `delete`, in an object or an element of a list
/// - `$retainKeys: [...]` drops all other keys of the object
/// - `$deleteFromPrimitiveList/NAME: [...]` removes scalars from a merged list
/// - `$setElementOrder/NAME: [...]` gives the order of the elements that it names; others keep their place among them
public final class StrategicMergePatch {

    static final String PATCH = "$patch";
    static final String RETAIN_KEYS = "$retainKeys";
    static final String DELETE_PREFIX = "$deleteFromPrimitiveList/";
    static final String ORDER_PREFIX = "$setElementOrder/";

    private StrategicMergePatch() {
    }

    /// Returns a patched copy; neither argument is changed.
    public static ObjectNode apply(ObjectNode current, ObjectNode patch, ObjectSchema schema) {
        return mergeObject(current.deepCopy(), patch.deepCopy(), schema.struct());
    }

    /// Merges `patch` into `target`; both may be changed, and either may be the result.
    static ObjectNode mergeObject(ObjectNode target, ObjectNode patch, @Nullable Schema schema) {
        JsonNode directive = patch.remove(PATCH);
        if (directive != null) {
            return switch (directive.asText()) {
                case "replace" -> (ObjectNode) Directives.strip(patch);
                case "delete" -> target.removeAll();
                default -> throw PatchException.malformed("unknown patch type: " + directive.asText() + " in map");
            };
        }
        retainKeys(target, patch);
        deleteFromPrimitiveLists(target, patch);
        Set<String> ordered = mergeOrderedLists(target, patch, schema);
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            if (!change.getKey().startsWith(ORDER_PREFIX) && !ordered.contains(change.getKey())) {
                mergeField(target, change.getKey(), change.getValue(), schema);
            }
        }
        return target;
    }

    private static void retainKeys(ObjectNode target, ObjectNode patch) {
        JsonNode keys = patch.remove(RETAIN_KEYS);
        if (keys == null) {
            return;
        }
        if (!keys.isArray()) {
            throw PatchException.malformed("invalid patch format of retainKeys");
        }
        Set<String> retained = new HashSet<>();
        keys.forEach(key -> retained.add(key.asText()));
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            if (!change.getKey().startsWith("$") && !change.getValue().isNull() && !retained.contains(change.getKey())) {
                throw PatchException.malformed("patch contains a field that is not in retainKeys list: " + change.getKey());
            }
        }
        target.retain(retained);
    }

    private static void deleteFromPrimitiveLists(ObjectNode target, ObjectNode patch) {
        List<String> directives = new ArrayList<>();
        patch.fieldNames().forEachRemaining(name -> {
            if (name.startsWith(DELETE_PREFIX)) {
                directives.add(name);
            }
        });
        for (String name : directives) {
            JsonNode doomed = patch.remove(name);
            if (!doomed.isArray()) {
                throw PatchException.malformed("invalid patch format of delete primitive list: " + name);
            }
            if (target.get(name.substring(DELETE_PREFIX.length())) instanceof ArrayNode list) {
                Set<JsonNode> values = new HashSet<>();
                doomed.forEach(values::add);
                List<JsonNode> kept = new ArrayList<>();
                list.forEach(element -> {
                    if (!values.contains(element)) {
                        kept.add(element);
                    }
                });
                list.removeAll().addAll(kept);
            }
        }
    }

    /// Merges the lists whose order the patch gives; returns their names.
    private static Set<String> mergeOrderedLists(ObjectNode target, ObjectNode patch, @Nullable Schema schema) {
        Set<String> names = new HashSet<>();
        for (Map.Entry<String, JsonNode> directive : patch.properties()) {
            if (!directive.getKey().startsWith(ORDER_PREFIX)) {
                continue;
            }
            if (!(directive.getValue() instanceof ArrayNode order)) {
                throw PatchException.malformed("invalid patch format of setElementOrder list: " + directive.getKey());
            }
            String name = directive.getKey().substring(ORDER_PREFIX.length());
            JsonNode change = patch.get(name);
            if (change != null && change.isNull()) {
                continue;
            }
            names.add(name);
            mergeOrderedList(target, name, change, order, lookUp(schema, name));
        }
        return names;
    }

    private static void mergeOrderedList(ObjectNode target, String name, @Nullable JsonNode change, ArrayNode order, @Nullable Field field) {
        ArrayNode existing = target.get(name) instanceof ArrayNode list ? list : null;
        ListMerge merge = new ListMerge(name, field);
        if (change instanceof ArrayNode changes) {
            merge.checkOrder(changes, order);
            target.set(name, existing == null ? Directives.strip(changes) : merge.merge(existing, changes, order));
        } else if (existing != null) {
            target.set(name, merge.reorder(existing, order, existing));
        }
    }

    private static void mergeField(ObjectNode target, String name, JsonNode change, @Nullable Schema schema) {
        if (change.isNull()) {
            target.remove(name);
            return;
        }
        JsonNode existing = target.get(name);
        Field field = lookUp(schema, name);
        if (existing instanceof ObjectNode object && change instanceof ObjectNode changes) {
            Schema child = field != null ? field.schema() : schema instanceof Schema.MapOf(Schema values) ? values : null;
            target.set(name, mergeObject(object, changes, child));
        } else if (existing instanceof ArrayNode list && change instanceof ArrayNode changes && field != null && field.patchMerge()) {
            target.set(name, new ListMerge(name, field).merge(list, changes, changes));
        } else {
            target.set(name, Directives.strip(change));
        }
    }

    private static @Nullable Field lookUp(@Nullable Schema schema, String name) {
        return schema instanceof Schema.Struct struct ? struct.field(name) : null;
    }
}
