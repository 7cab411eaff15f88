package io.moka.apiserver.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /// Returns the merged list; elements that `order` names are in its order, the others keep their place among them.
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
        Elements merged = new Elements();
        existing.forEach(merged::add);
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
        return merged.toList(existing.arrayNode());
    }

    private void mergeElement(Elements merged, JsonNode id, ObjectNode change) {
        if (Directives.isDeletion(change)) {
            merged.remove(id);
            return;
        }
        Schema element = field != null && field.schema() instanceof Schema.ListOf(Schema items) ? items : null;
        if (merged.find(id) instanceof ObjectNode known) {
            merged.replace(id, StrategicMergePatch.mergeObject(known, change, element));
        } else {
            merged.add(Directives.strip(change));
        }
    }

    /// A list with an index of its elements' identities: a linear search for each element takes minutes for lists as long as a body can hold.
    private final class Elements {
        /// Removed elements leave null behind.
        private final List<@Nullable JsonNode> slots = new ArrayList<>();
        private final Map<JsonNode, List<Integer>> places = new HashMap<>();

        void add(JsonNode element) {
            JsonNode id = identity(element);
            if (id != null) {
                places.computeIfAbsent(id, ignored -> new ArrayList<>(1)).add(slots.size());
            }
            slots.add(element);
        }

        @Nullable JsonNode find(JsonNode id) {
            List<Integer> found = places.get(id);
            return found == null ? null : slots.get(found.getFirst());
        }

        /// Replaces the first element of that identity by another one with the same identity.
        void replace(JsonNode id, JsonNode element) {
            List<Integer> found = places.get(id);
            if (found == null) {
                throw new IllegalArgumentException("no element has the key " + id);
            }
            slots.set(found.getFirst(), element);
        }

        /// Removes all elements of that identity.
        void remove(JsonNode id) {
            List<Integer> removed = places.remove(id);
            if (removed != null) {
                removed.forEach(place -> slots.set(place, null));
            }
        }

        ArrayNode toList(ArrayNode list) {
            slots.stream().filter(Objects::nonNull).forEach(list::add);
            return list;
        }
    }

    /// Returns the first index of each identity in the list.
    private Map<JsonNode, Integer> places(ArrayNode list) {
        Map<JsonNode, Integer> places = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode id = identity(list.get(i));
            if (id != null) {
                places.putIfAbsent(id, i);
            }
        }
        return places;
    }

    private @Nullable JsonNode identity(JsonNode element) {
        return key.isEmpty() || !element.isObject() ? element : element.get(key);
    }

    private int placeIn(Map<JsonNode, Integer> places, JsonNode element) {
        JsonNode id = identity(element);
        return id == null ? -1 : places.getOrDefault(id, -1);
    }

    /// Sorts the elements that `order` names in its order, and inserts the others by their order in `serverOrder`.
    ArrayNode reorder(ArrayNode merged, ArrayNode order, ArrayNode serverOrder) {
        Map<JsonNode, Integer> wanted = places(order);
        Map<JsonNode, Integer> served = places(serverOrder);
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        merged.forEach(element -> (placeIn(wanted, element) >= 0 ? named : others).add(element));
        named.sort(Comparator.comparingInt(element -> placeIn(wanted, element)));
        ArrayNode result = merged.arrayNode();
        int next = 0;
        for (JsonNode element : named) {
            int place = placeIn(served, element);
            while (next < others.size() && isBefore(placeIn(served, others.get(next)), place)) {
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

    /// Requires that the elements of a patch are in the order that the patch itself asks for.
    void checkOrder(ArrayNode changes, ArrayNode order) {
        Map<JsonNode, Integer> wanted = places(order);
        int last = -1;
        for (JsonNode change : changes) {
            if (change.has(StrategicMergePatch.PATCH)) {
                continue;
            }
            int place = placeIn(wanted, change);
            if (place < 0 || place <= last) {
                throw PatchException.malformed("The order in patch list:\n" + changes + "\n doesn't match "
                        + StrategicMergePatch.ORDER_PREFIX + name + " list:\n" + order);
            }
            last = place;
        }
    }
}
