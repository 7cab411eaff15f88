package io.moka.apiserver.extension.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.extension.structural.StructuralSchema;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Creates CEL types for whole kinds, built-in and custom, to check expressions over them. They are not used for evaluation.
public final class KindTypes {
    private final Map<String, StructType> structs = new LinkedHashMap<>();

    /// Returns all struct types that were created.
    public List<StructType> structs() {
        return List.copyOf(structs.values());
    }

    public CelType of(Schema schema) {
        return switch (schema) {
            case Schema.ListOf(Schema items) -> ListType.create(of(items));
            case Schema.MapOf(Schema values) -> MapType.create(SimpleType.STRING, of(values));
            case Schema.Struct struct -> struct(struct);
            case Schema.Scalar scalar -> switch (scalar) {
                case STRING -> SimpleType.STRING;
                case BYTES -> SimpleType.BYTES;
                case INT32, INT64 -> SimpleType.INT;
                case DOUBLE -> SimpleType.DOUBLE;
                case BOOL -> SimpleType.BOOL;
                case TIME, MICROTIME -> SimpleType.TIMESTAMP;
                case QUANTITY, INTSTR, ANY -> SimpleType.DYN;
            };
        };
    }

    private CelType struct(Schema.Struct struct) {
        JsonNode definition = struct.definition();
        if (definition != null) {
            return custom(struct.name(), StructuralSchema.of(definition));
        }
        StructType known = structs.get(struct.name());
        if (known != null) {
            return known;
        }
        Map<String, CelType> fields = new HashMap<>();
        ImmutableSet.Builder<String> names = ImmutableSet.builder();
        struct.fields().keySet().forEach(name -> PropertyNames.escape(name).ifPresent(names::add));
        StructType type = StructType.create(struct.name(), names.build(), name -> Optional.ofNullable(fields.get(name)));
        structs.put(struct.name(), type);
        struct.fields().forEach((name, field) -> PropertyNames.escape(name).ifPresent(escaped -> fields.put(escaped, of(field.schema()))));
        return type;
    }

    /// Returns the type of a custom kind. These types are all named `Object`, so only one custom kind may be used with this instance.
    private CelType custom(String name, StructuralSchema schema) {
        SchemaTypes types = new SchemaTypes();
        CelType type = types.ofObject(schema);
        types.structs().forEach((known, struct) -> structs.putIfAbsent(known, struct));
        return type;
    }
}
