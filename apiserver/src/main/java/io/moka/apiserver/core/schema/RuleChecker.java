package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Validates objects by walking them: the declared rules of each field, and each type's [Rule].
final class RuleChecker {

    private RuleChecker() {
    }

    static void check(Schema.Struct struct, ObjectNode value, Causes causes) {
        checkStruct(struct, value, Path.ROOT, causes);
    }

    private static void checkStruct(Schema.Struct struct, ObjectNode value, Path path, Causes causes) {
        for (Field field : struct.fields().values()) {
            JsonNode child = value.get(field.name());
            if (child == null && field.rules() == ValueRules.NONE) {
                continue;
            }
            Path childPath = path.child(field.name());
            if (field.rules() != ValueRules.NONE) {
                field.rules().check(child, childPath, causes);
            }
            if (child != null && child.isContainerNode()) {
                descend(field.schema(), child, childPath, causes);
            }
        }
        struct.rule().check(value, path, causes);
    }

    private static void descend(Schema schema, JsonNode value, Path path, Causes causes) {
        switch (schema) {
            case Schema.Scalar scalar -> { }
            case Schema.ListOf(Schema items) -> {
                if (!(items instanceof Schema.Scalar)) {
                    for (int i = 0; i < value.size(); i++) {
                        descend(items, value.get(i), path.index(i), causes);
                    }
                }
            }
            case Schema.MapOf(Schema values) -> {
                if (!(values instanceof Schema.Scalar)) {
                    value.properties().forEach(e -> descend(values, e.getValue(), path.key(e.getKey()), causes));
                }
            }
            case Schema.Struct struct -> {
                if (value instanceof ObjectNode object) {
                    checkStruct(struct, object, path, causes);
                }
            }
        }
    }

    /// Validates fields declared immutable, except below lists, whose elements have no identity here.
    static void checkImmutable(Schema.Struct struct, ObjectNode updated, ObjectNode old, Causes causes) {
        checkImmutable(struct, updated, old, Path.ROOT, causes);
    }

    private static void checkImmutable(Schema.Struct struct, ObjectNode updated, ObjectNode old, Path path, Causes causes) {
        for (Field field : struct.fields().values()) {
            if (field.rules().immutable() && !CheckedFields.same(updated.get(field.name()), old.get(field.name()))) {
                causes.immutable(path.child(field.name()), updated.get(field.name()));
            } else if (field.schema() instanceof Schema.Struct child) {
                ObjectNode before = CheckedFields.objectOrNull(old, field.name());
                ObjectNode after = CheckedFields.objectOrNull(updated, field.name());
                if (before != null && after != null) {
                    checkImmutable(child, after, before, path.child(field.name()), causes);
                }
            }
        }
    }
}
