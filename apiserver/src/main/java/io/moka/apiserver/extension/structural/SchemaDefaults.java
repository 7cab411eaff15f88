package io.moka.apiserver.extension.structural;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;

/// Checks whether the defaults in a schema are values that the schema itself accepts.
public final class SchemaDefaults {
    private SchemaDefaults() {}

    public static void check(StructuralSchema schema, FieldPath path, Problems problems) {
        JsonNode value = schema.defaultValue();
        if (value != null) {
            JsonNode filled = value.deepCopy();
            StructuralDefaulter.apply(schema, filled);
            if (!StructuralPruner.pruneValue(schema, filled.deepCopy()).isEmpty()) {
                problems.invalid(path.child("default"), value, "must be pruned");
            }
            new ValueChecker(problems).check(schema, filled, null, path.child("default"));
        }
        schema.properties().forEach((name, property) -> check(property, path.child("properties").key(name), problems));
        if (schema.items() != null) {
            check(schema.items(), path.child("items"), problems);
        }
        if (schema.additional() != null) {
            check(schema.additional(), path.child("additionalProperties"), problems);
        }
    }
}
