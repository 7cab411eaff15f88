package io.moka.apiserver.extension.cel;

import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import io.moka.apiserver.extension.structural.StructuralSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Creates CEL types for the values that a structural schema describes, so that expressions over them are type-checked at compile time.
public final class SchemaTypes {
    private static final StructType METADATA = struct("ObjectMeta", Map.of("name", SimpleType.STRING, "generateName", SimpleType.STRING));

    private final Map<String, StructType> structs = new LinkedHashMap<>();

    /// Returns the struct types that were created, by name.
    public Map<String, StructType> structs() {
        return structs;
    }

    /// Returns the type of a whole object.
    public CelType ofObject(StructuralSchema schema) {
        return object("Object", schema, true);
    }

    /// Returns the type of a value inside an object.
    ///
    /// @param name a unique name for the type
    public CelType of(String name, StructuralSchema schema) {
        if (schema.intOrString()) {
            return SimpleType.DYN;
        }
        return switch (schema.type()) {
            case "string" -> switch (schema.bounds().format()) {
                case "byte" -> SimpleType.BYTES;
                case "duration" -> SimpleType.DURATION;
                case "date", "date-time" -> SimpleType.TIMESTAMP;
                default -> SimpleType.STRING;
            };
            case "integer" -> SimpleType.INT;
            case "number" -> SimpleType.DOUBLE;
            case "boolean" -> SimpleType.BOOL;
            case "array" -> ListType.create(schema.items() == null ? SimpleType.DYN : of(name + ".@items", schema.items()));
            case "object" -> object(name, schema, schema.embedded());
            default -> SimpleType.DYN;
        };
    }

    private CelType object(String name, StructuralSchema schema, boolean whole) {
        if (schema.additional() != null) {
            return MapType.create(SimpleType.STRING, of(name + ".@values", schema.additional()));
        }
        if (schema.properties().isEmpty() && !whole) {
            return schema.preserveUnknown() || schema.anyAdditional() ? MapType.create(SimpleType.STRING, SimpleType.DYN) : add(struct(name, Map.of()));
        }
        Map<String, CelType> fields = new LinkedHashMap<>();
        schema.properties().forEach((property, type) -> PropertyNames.escape(property).ifPresent(field -> fields.put(field, of(name + "." + field, type))));
        if (whole) {
            fields.put("apiVersion", SimpleType.STRING);
            fields.put("kind", SimpleType.STRING);
            fields.put("metadata", add(METADATA));
        }
        return add(struct(name, fields));
    }

    private StructType add(StructType type) {
        structs.put(type.name(), type);
        return type;
    }

    private static StructType struct(String name, Map<String, CelType> fields) {
        return StructType.create(name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field)));
    }
}
