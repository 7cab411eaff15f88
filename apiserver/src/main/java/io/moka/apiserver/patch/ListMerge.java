package io.moka.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.schema.Field;
import io.moka.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Merges one list of a strategic merge patch: objects by a key, scalars as a set.
final class ListMerge {

    private final String name;
    private final @Nullable Field field;
    private final String key;

    ListMerge(String name, @Nullable Field field) {
        this.name = name;
        this.field = field;
        this.key = field == null ? "" : field.patchMergeKey();
    }

    /// The merged list; elements that `order` names come in its order, the others keep their place among them.
    ArrayNode merge(ArrayNode existing, ArrayNode changes, ArrayNode order) {
        if (field != null && !field.patchMerge()) {
            return (ArrayNode) Directives.strip(changes);
        }
        boolean objects = !existing.isEmpty() && existing.get(0).isObject() || !changes.isEmpty() && changes.get(0).isObject();
        if (!objects) {
            Set<JsonNode> union = new LinkedHashSet<>();
            existing.forEach(union::add);
            changes.forEach(union::add);
            return reorder(JsonNodeFactory.instance.arrayNode().addAll(union), order, existing);
        }
        if (key.isEmpty()) {
            throw PatchException.malformed("cannot merge lists without merge key for list " + name);
        }
        for (JsonNode change : changes) {
            if (isReplacement(change)) {
                return (ArrayNode) Directives.strip(changes);
            }
        }
        return reorder(mergeObjects(existing, changes), order, existing);
    }

    private static boolean isReplacement(JsonNode change) {
        return Directives.isBareReplacement(change);
    }

    private ArrayNode mergeObjects(ArrayNode existing, ArrayNode changes) {
        ArrayNode merged = existing.arrayNode().addAll(existing);
        for (JsonNode change : changes) {
            if (!(change instanceof ObjectNode element)) {
                throw PatchException.malformed("the list " + name + " has an element that is no object: " + change);
            }
            JsonNode id = element.get(key);
            if (id == null) {
                throw PatchException.malformed("map: " + change + " does not contain declared merge key: " + key);
            }
            mergeElement(merged, id, element);
        }
        return merged;
    }

    private void mergeElement(ArrayNode merged, JsonNode id, ObjectNode change) {
        if (Directives.isDeletion(change)) {
            for (int i = merged.size() - 1; i >= 0; i--) {
                if (id.equals(merged.get(i).get(key))) {
                    merged.remove(i);
                }
            }
            return;
        }
        Schema element = field != null && field.schema() instanceof Schema.ListOf(Schema items) ? items : null;
        int at = position(merged, id);
        if (at < 0) {
            merged.add(Directives.strip(change));
        } else {
            merged.set(at, StrategicMergePatch.mergeObject((ObjectNode) merged.get(at), change, element));
        }
    }

    private int position(ArrayNode list, JsonNode id) {
        for (int i = 0; i < list.size(); i++) {
            if (id.equals(identity(list.get(i)))) {
                return i;
            }
        }
        return -1;
    }

    private @Nullable JsonNode identity(JsonNode element) {
        return key.isEmpty() || !element.isObject() ? element : element.get(key);
    }

    private int positionOf(ArrayNode list, JsonNode element) {
        JsonNode id = identity(element);
        return id == null ? -1 : position(list, id);
    }

    /// Puts the elements that `order` names in its order, and weaves the others in as `serverOrder` has them.
    ArrayNode reorder(ArrayNode merged, ArrayNode order, ArrayNode serverOrder) {
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        merged.forEach(element -> (positionOf(order, element) >= 0 ? named : others).add(element));
        named.sort(Comparator.comparingInt(element -> positionOf(order, element)));
        ArrayNode result = merged.arrayNode();
        int next = 0;
        for (JsonNode element : named) {
            int place = positionOf(serverOrder, element);
            while (next < others.size() && isBefore(positionOf(serverOrder, others.get(next)), place)) {
                result.add(others.get(next++));
            }
            result.add(element);
        }
        while (next < others.size()) {
            result.add(others.get(next++));
        }
        return result;
    }

    private static boolean isBefore(int place, int other) {
        return place >= 0 && other >= 0 && place < other;
    }

    /// The elements of a patch must be in the order that the patch itself asks for.
    void checkOrder(ArrayNode changes, ArrayNode order) {
        int last = -1;
        for (JsonNode change : changes) {
            if (change.has(StrategicMergePatch.PATCH)) {
                continue;
            }
            int place = positionOf(order, change);
            if (place < 0 || place <= last) {
                throw PatchException.malformed("The order in patch list:\n" + changes + "\n doesn't match "
                        + StrategicMergePatch.ORDER_PREFIX + name + " list:\n" + order);
            }
            last = place;
        }
    }
}
