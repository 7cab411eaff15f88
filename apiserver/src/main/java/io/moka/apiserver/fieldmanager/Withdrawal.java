package io.moka.apiserver.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.schema.Field;
import io.moka.apiserver.schema.Schema;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes out of an object what an applier owned before, names no longer, and nobody else owns.
///
/// Something that was not the applier's stays, even inside of what goes, as long as the applier did not own the whole.
final class Withdrawal {
    private Withdrawal() {}

    /// @param before what the applier owned; null if nothing
    /// @param owned  what anybody owns now, the applier's new configuration included
    /// @return a new tree where something has gone
    static ObjectNode of(Schema.Struct kind, ObjectNode merged, @Nullable ObjectNode before, @Nullable ObjectNode owned) {
        return before == null ? merged : named(kind, merged, before, owned, State.FREE);
    }

    /// What holds for everything below a node.
    ///
    /// @param mine whether something above was the applier's
    /// @param gone whether something above is nobody's any more
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
            Field field = Grain.field(schema, entry.getKey());
            ObjectNode was = child(before, element);
            ObjectNode is = child(owned, element);
            boolean structField = field != null;
            State below = state.below(holds(was, structField), holds(is, structField));
            if (was == null) {
                left.set(entry.getKey(), entry.getValue());
            } else if (!(below.gone && holds(was, structField))) {
                JsonNode rest = rest(Grain.below(schema, field), field, entry.getValue(), was, is, below);
                if (rest != null) {
                    left.set(entry.getKey(), rest);
                }
            }
        }
        return left;
    }

    /// A struct's field counts as owned when anything in it is.
    private static boolean holds(@Nullable ObjectNode node, boolean structField) {
        return node != null && (structField || FieldSet.containsSelf(node));
    }

    private static @Nullable ObjectNode child(@Nullable ObjectNode set, String element) {
        return set != null && set.get(element) instanceof ObjectNode child ? child : null;
    }

    /// What is left of a value; null when that is an empty container.
    private static @Nullable JsonNode rest(@Nullable Schema schema, @Nullable Field field, JsonNode value, ObjectNode was, @Nullable ObjectNode is, State state) {
        if (value.isEmpty()) {
            return value;
        }
        JsonNode rest = switch (Grain.of(schema, field, value)) {
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
                JsonNode rest = rest(Grain.items(list.schema()), null, item, was, is, below);
                if (rest != null) {
                    left.add(rest);
                }
            }
        }
        return left;
    }
}
