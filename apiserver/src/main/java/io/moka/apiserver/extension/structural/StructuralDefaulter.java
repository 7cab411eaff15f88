package io.moka.apiserver.extension.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// Sets the defaults of a schema in an object, parents before children. A null in a field that is not nullable counts as absent.
public final class StructuralDefaulter {
    private StructuralDefaulter() {}

    public static void apply(StructuralSchema schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            removeNulls(schema, object);
            for (Map.Entry<String, StructuralSchema> property : schema.properties().entrySet()) {
                JsonNode wanted = property.getValue().defaultValue();
                if (wanted != null && !object.has(property.getKey())) {
                    object.set(property.getKey(), wanted.deepCopy());
                }
            }
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                StructuralSchema child = schema.child(field.getKey());
                if (child != null) {
                    apply(child, field.getValue());
                }
            }
        } else if (value.isArray() && schema.items() != null) {
            value.forEach(item -> apply(schema.items(), item));
        }
    }

    private static void removeNulls(StructuralSchema schema, ObjectNode object) {
        object.properties().removeIf(field -> {
            StructuralSchema child = schema.child(field.getKey());
            return field.getValue().isNull() && child != null && !child.nullable() && !child.open();
        });
    }
}
