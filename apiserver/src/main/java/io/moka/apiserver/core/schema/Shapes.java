package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.resource.GroupVersionKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Creates types for kinds that are not in the generated resource.
public final class Shapes {
    private Shapes() {}

    /// @param kind the kind; null for the type of a part
    public static Schema.Struct struct(String name, @Nullable GroupVersionKind kind, Map<String, Field> fields) {
        return new Schema.Struct(name, kind, () -> fields);
    }

    /// Returns the type of a custom kind, with the schema that OpenAPI shows for it.
    public static Schema.Struct custom(String name, GroupVersionKind kind, Map<String, Field> fields, JsonNode definition) {
        return new Schema.Struct(name, kind, () -> fields, definition);
    }

    /// Returns a field without rules: objects of custom kinds are validated by the kind's own schema.
    public static Field field(String name, Schema schema, Field.ListType listType, List<String> listMapKeys) {
        return new Field(name, schema, false, null, false, ValueRules.NONE, listType, listMapKeys, false, false, "");
    }
}
