package io.moka.apiserver.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.schema.Field;
import io.moka.apiserver.schema.Schema;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The paths that a configuration names, all of which its applier comes to own.
final class Naming {
    private Naming() {}

    /// @return null when it names none
    static @Nullable ObjectNode of(Schema.Struct kind, Scope scope, ObjectNode config) {
        FieldSet.Builder root = new FieldSet.Builder();
        for (Map.Entry<String, JsonNode> entry : config.properties()) {
            String name = entry.getKey();
            if (scope.ignores(name)) {
                continue;
            }
            if (name.equals("metadata") && entry.getValue() instanceof ObjectNode metadata) {
                root.add(PathElement.field(name), metadata(Grain.below(kind, kind.field(name)), metadata));
            } else {
                addEntry(root, kind, name, entry.getValue());
            }
        }
        return root.build(false);
    }

    private static @Nullable ObjectNode metadata(@Nullable Schema schema, ObjectNode metadata) {
        FieldSet.Builder builder = new FieldSet.Builder();
        for (Map.Entry<String, JsonNode> entry : metadata.properties()) {
            if (!Scope.ignoresInMetadata(entry.getKey())) {
                addEntry(builder, schema, entry.getKey(), entry.getValue());
            }
        }
        return builder.build(false);
    }

    /// A struct's field is named by what is in it, an entry of a map by itself as well; both when there is nothing in them.
    private static void addEntry(FieldSet.Builder owner, @Nullable Schema schema, String name, JsonNode value) {
        Field field = Grain.field(schema, name);
        boolean self = field == null || value.isObject() && value.isEmpty();
        owner.add(PathElement.field(name), named(Grain.below(schema, field), field, value, self));
    }

    private static @Nullable ObjectNode named(@Nullable Schema schema, @Nullable Field field, JsonNode value, boolean self) {
        FieldSet.Builder builder = new FieldSet.Builder();
        switch (Grain.of(schema, field, value)) {
            case LEAF -> {
                return FieldSet.leaf();
            }
            case FIELDS, ENTRIES -> value.properties().forEach(entry -> addEntry(builder, schema, entry.getKey(), entry.getValue()));
            case ITEMS -> {
                for (JsonNode item : value) {
                    String element = PathElement.item(Objects.requireNonNull(field), item);
                    if (element != null) {
                        builder.add(element, named(Grain.items(schema), null, item, true));
                    }
                }
            }
        }
        return builder.build(self);
    }
}
