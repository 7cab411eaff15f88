package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Schema;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Removes the fields from an object that an applier owned before, no longer names, and nobody else owns.
///
/// A field that the applier did not own stays, even inside a removed value, unless the applier owned that value as a whole.
final class OwnedFieldRemoval {
    private OwnedFieldRemoval() {}

    /// @param before the fields that the applier owned; null if none
    /// @param owned  the fields that any owner has now, including the applier's new configuration
    /// @return a new tree where a field has been removed
    static ObjectNode of(Schema.Struct kind, ObjectNode merged, @Nullable ObjectNode before, @Nullable ObjectNode owned) {
        return before == null ? merged : named(kind, merged, before, owned, State.FREE);
    }

    /// The state that everything below a node inherits.
    ///
    /// @param mine whether the applier owned an ancestor
    /// @param gone whether the applier owned an ancestor and nobody owns it any more
    private record State(boolean mine, boolean gone) {
        static final State FREE = new State(false, false);

        State below(boolean ownedBefore, boolean ownedNow) {
            boolean nowMine = mine || ownedBefore;
            return new State(nowMine, gone || nowMine && !ownedNow);
        }
    }

    private static ObjectNode named(@Nullable Schema schema, ObjectNode object, ObjectNode before, @Nullable ObjectNode owned, State state) {
        ObjectNode left = object.objectNode();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String element = PathElement.field(entry.getKey());
            Field field = Granularity.field(schema, entry.getKey());
            ObjectNode was = child(before, element);
            ObjectNode is = child(owned, element);
            boolean structField = field != null;
            State below = state.below(holds(was, structField), holds(is, structField));
            if (was == null) {
                left.set(entry.getKey(), entry.getValue());
            } else if (!(below.gone && holds(was, structField))) {
                JsonNode rest = rest(Granularity.below(schema, field), field, entry.getValue(), was, is, below);
                if (rest != null) {
                    left.set(entry.getKey(), rest);
                }
            }
        }
        return left;
    }

    /// Whether the set owns a value. A struct's field counts as owned when anything in it is.
    private static boolean holds(@Nullable ObjectNode node, boolean structField) {
        return node != null && (structField || FieldSet.containsSelf(node));
    }

    private static @Nullable ObjectNode child(@Nullable ObjectNode set, String element) {
        return set != null && set.get(element) instanceof ObjectNode child ? child : null;
    }

    /// Returns the rest of a value after the removals; null when they leave an empty container.
    private static @Nullable JsonNode rest(@Nullable Schema schema, @Nullable Field field, JsonNode value, ObjectNode was, @Nullable ObjectNode is, State state) {
        if (value.isEmpty()) {
            return value;
        }
        JsonNode rest = switch (Granularity.of(schema, field, value)) {
            case LEAF -> value;
            case FIELDS, ENTRIES -> named(schema, (ObjectNode) value, was, is, state);
            case ITEMS -> items(Objects.requireNonNull(field), (ArrayNode) value, was, is, state);
        };
        return rest.isContainerNode() && rest.isEmpty() ? null : rest;
    }

    private static ArrayNode items(Field list, ArrayNode items, ObjectNode before, @Nullable ObjectNode owned, State state) {
        ArrayNode left = items.arrayNode();
        for (JsonNode item : items) {
            String element = PathElement.item(list, item);
            ObjectNode was = element == null ? null : child(before, element);
            ObjectNode is = element == null ? null : child(owned, element);
            State below = state.below(holds(was, false), holds(is, false));
            if (was == null) {
                left.add(item);
            } else if (!(below.gone && FieldSet.containsSelf(was))) {
                JsonNode rest = rest(Granularity.items(list.schema()), null, item, was, is, below);
                if (rest != null) {
                    left.add(rest);
                }
            }
        }
        return left;
    }
}
