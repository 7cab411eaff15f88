package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Schema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The paths in which two states of an object differ.
///
/// @param changed the paths that were added or have another value; null when there are none
/// @param removed the paths that were removed; null when there are none
record Comparison(@Nullable ObjectNode changed, @Nullable ObjectNode removed) {

    static Comparison of(Schema.Struct kind, Scope scope, ObjectNode before, ObjectNode after) {
        Level level = new Level();
        for (Map.Entry<String, JsonNode> entry : after.properties()) {
            compareRoot(kind, scope, entry.getKey(), before.get(entry.getKey()), entry.getValue(), level);
        }
        for (Map.Entry<String, JsonNode> entry : before.properties()) {
            if (!after.has(entry.getKey())) {
                compareRoot(kind, scope, entry.getKey(), entry.getValue(), null, level);
            }
        }
        return new Comparison(level.changed.build(false), level.removed.build(false));
    }

    boolean isEmpty() {
        return changed == null && removed == null;
    }

    private static void compareRoot(Schema.Struct kind, Scope scope, String name, @Nullable JsonNode before, @Nullable JsonNode after, Level level) {
        if (scope.ignores(name)) {
            return;
        }
        Field field = kind.field(name);
        Level.Side side = new Level.Side(Granularity.below(kind, field), field, field != null && Granularity.standing(field), name.equals("metadata"));
        level.compare(PathElement.field(name), side, before, after);
    }

    /// Collects the differences below one node.
    private static final class Level {
        private final FieldSet.Builder changed = new FieldSet.Builder();
        private final FieldSet.Builder removed = new FieldSet.Builder();

        /// The schema of a value, the same in both states.
        ///
        /// @param standing whether an absent value equals an empty one
        /// @param metadata whether it is the object's own metadata
        private record Side(@Nullable Schema schema, @Nullable Field field, boolean standing, boolean metadata) {}

        private void compare(String element, Side side, @Nullable JsonNode before, @Nullable JsonNode after) {
            JsonNode one = after == null ? before : after;
            if (one == null || before == after) {
                return;
            }
            Granularity grain = Granularity.of(side.schema, side.field, one);
            boolean formChanged = before != null && after != null && before.getNodeType() != after.getNodeType();
            if (grain == Granularity.LEAF || formChanged || isEmpty(before) && isEmpty(after)) {
                compareLeaf(element, side, before, after);
                return;
            }
            Level inner = new Level();
            if (grain == Granularity.ITEMS) {
                inner.compareItems(Objects.requireNonNull(side.field), before, after);
            } else {
                inner.compareNamed(side, before, after);
            }
            changed.add(element, inner.changed.build(before == null && !side.standing));
            removed.add(element, inner.removed.build(after == null && !side.standing));
        }

        private void compareLeaf(String element, Side side, @Nullable JsonNode before, @Nullable JsonNode after) {
            if (side.standing && isEmpty(before) && isEmpty(after)) {
                return;
            }
            if (after == null) {
                removed.add(element, FieldSet.leaf());
            } else if (!after.equals(before)) {
                changed.add(element, FieldSet.leaf());
            }
        }

        private static boolean isEmpty(@Nullable JsonNode value) {
            return value == null || value.isContainerNode() && value.isEmpty();
        }

        private void compareNamed(Side side, @Nullable JsonNode before, @Nullable JsonNode after) {
            boolean stood = before != null || side.standing;
            if (after != null) {
                for (Map.Entry<String, JsonNode> entry : after.properties()) {
                    compareEntry(side, stood, entry.getKey(), before == null ? null : before.get(entry.getKey()), entry.getValue());
                }
            }
            if (before != null) {
                for (Map.Entry<String, JsonNode> entry : before.properties()) {
                    if (after == null || !after.has(entry.getKey())) {
                        compareEntry(side, after != null || side.standing, entry.getKey(), entry.getValue(), null);
                    }
                }
            }
        }

        private void compareEntry(Side owner, boolean ownerStands, String name, @Nullable JsonNode before, @Nullable JsonNode after) {
            if (owner.metadata && Scope.ignoresInMetadata(name)) {
                return;
            }
            Field field = Granularity.field(owner.schema, name);
            compare(PathElement.field(name), new Side(Granularity.below(owner.schema, field), field, ownerStands && field != null && Granularity.standing(field), false), before, after);
        }

        private void compareItems(Field list, @Nullable JsonNode before, @Nullable JsonNode after) {
            Side side = new Side(Granularity.items(list.schema()), null, false, false);
            Map<String, JsonNode> old = index(list, before);
            Map<String, JsonNode> now = index(list, after);
            now.forEach((element, item) -> compare(element, side, old.get(element), item));
            old.forEach((element, item) -> {
                if (!now.containsKey(element)) {
                    compare(element, side, item, null);
                }
            });
        }

        /// Returns the items by their path elements. Several items with one element count as one, which changes when any of them does.
        private static Map<String, JsonNode> index(Field list, @Nullable JsonNode items) {
            Map<String, JsonNode> index = new LinkedHashMap<>();
            if (items != null) {
                for (JsonNode item : items) {
                    String element = PathElement.item(list, item);
                    if (element != null) {
                        index.merge(element, item, Level::together);
                    }
                }
            }
            return index;
        }

        private static JsonNode together(JsonNode known, JsonNode next) {
            return known instanceof ArrayNode several ? several.deepCopy().add(next) : Json.object().arrayNode().add(known).add(next);
        }
    }
}
