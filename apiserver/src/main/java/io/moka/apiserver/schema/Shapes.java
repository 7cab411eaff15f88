package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.resource.GroupVersionKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes shapes for kinds that are not in the generated resource.
public final class Shapes {
    private Shapes() {}

    /// @param kind null for a part of a kind
    public static Schema.Struct struct(String name, @Nullable GroupVersionKind kind, Map<String, Field> fields) {
        return new Schema.Struct(name, kind, () -> fields);
    }

    /// A custom kind, with the schema that OpenAPI shows of it.
    public static Schema.Struct custom(String name, GroupVersionKind kind, Map<String, Field> fields, JsonNode definition) {
        return new Schema.Struct(name, kind, () -> fields, definition);
    }

    /// A field that has no rules here: custom kinds are checked by their own schema.
    public static Field field(String name, Schema schema, Field.ListType listType, List<String> listMapKeys) {
        return new Field(name, schema, false, null, false, ValueRules.NONE, listType, listMapKeys, false, false, "");
    }
}
