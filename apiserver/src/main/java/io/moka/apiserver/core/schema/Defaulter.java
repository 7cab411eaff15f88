package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Walks an object and fills in defaults, parents before children.
final class Defaulter {

    private Defaulter() {
    }

    static void apply(Schema.Struct struct, ObjectNode value) {
        for (Field field : struct.fields().values()) {
            JsonNode defaultValue = field.defaultValue();
            if (defaultValue != null && !CheckedFields.has(value, field.name())) {
                value.set(field.name(), defaultValue.isContainerNode() ? defaultValue.deepCopy() : defaultValue);
            }
        }
        struct.defaulting().apply(value);
        for (var entry : value.properties()) {
            Field field = struct.field(entry.getKey());
            if (field != null && entry.getValue().isContainerNode()) {
                descend(field.schema(), entry.getValue());
            }
        }
    }

    private static void descend(Schema schema, JsonNode value) {
        switch (schema) {
            case Schema.Scalar scalar -> { }
            case Schema.ListOf(Schema items) -> value.forEach(item -> descend(items, item));
            case Schema.MapOf(Schema values) -> value.forEach(item -> descend(values, item));
            case Schema.Struct struct -> {
                if (value instanceof ObjectNode object) {
                    apply(struct, object);
                }
            }
        }
    }
}
