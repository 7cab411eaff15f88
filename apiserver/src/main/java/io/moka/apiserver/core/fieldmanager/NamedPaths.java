package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Schema;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Computes the set of paths that a configuration names, which its applier owns afterwards.
final class NamedPaths {
    private NamedPaths() {}

    /// @return the paths; null when the configuration names none
    static @Nullable ObjectNode of(Schema.Struct kind, Scope scope, ObjectNode config) {
        FieldSet.Builder root = new FieldSet.Builder();
        for (Map.Entry<String, JsonNode> entry : config.properties()) {
            String name = entry.getKey();
            if (scope.ignores(name)) {
                continue;
            }
            if (name.equals("metadata") && entry.getValue() instanceof ObjectNode metadata) {
                root.add(PathElement.field(name), metadata(Granularity.below(kind, kind.field(name)), metadata));
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

    /// Adds the paths of one entry. A struct's field is represented by the paths in it, a map's entry by its own path too; an empty value by its own path.
    private static void addEntry(FieldSet.Builder owner, @Nullable Schema schema, String name, JsonNode value) {
        Field field = Granularity.field(schema, name);
        boolean self = field == null || value.isObject() && value.isEmpty();
        owner.add(PathElement.field(name), named(Granularity.below(schema, field), field, value, self));
    }

    private static @Nullable ObjectNode named(@Nullable Schema schema, @Nullable Field field, JsonNode value, boolean self) {
        FieldSet.Builder builder = new FieldSet.Builder();
        switch (Granularity.of(schema, field, value)) {
            case LEAF -> {
                return FieldSet.leaf();
            }
            case FIELDS, ENTRIES -> value.properties().forEach(entry -> addEntry(builder, schema, entry.getKey(), entry.getValue()));
            case ITEMS -> {
                for (JsonNode item : value) {
                    String element = PathElement.item(Objects.requireNonNull(field), item);
                    if (element != null) {
                        builder.add(element, named(Granularity.items(schema), null, item, true));
                    }
                }
            }
        }
        return builder.build(self);
    }
}
