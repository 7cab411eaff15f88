package io.moka.apiserver.extension.crd;

import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Field.ListType;
import io.moka.apiserver.core.schema.Schema;
import io.moka.apiserver.core.schema.Shapes;
import io.moka.apiserver.extension.structural.StructuralSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Turns a structural schema into the shape that patches and server-side apply walk.
final class ShapeBuilder {
    private final Map<String, Field> header;

    private ShapeBuilder(Map<String, Field> header) {
        this.header = header;
    }

    /// @param header the fields that every object has: `apiVersion`, `kind`, `metadata`
    static Schema.Struct of(String name, GroupVersionKind kind, StructuralSchema schema, Map<String, Field> header) {
        return Shapes.custom(name, kind, new ShapeBuilder(header).wholeObject(name, schema), schema.source());
    }

    private Map<String, Field> wholeObject(String name, StructuralSchema schema) {
        Map<String, Field> fields = new LinkedHashMap<>(header);
        schema.properties().forEach((field, property) -> {
            if (!header.containsKey(field)) {
                fields.put(field, field(name, field, property));
            }
        });
        return fields;
    }

    private Field field(String owner, String name, StructuralSchema schema) {
        return Shapes.field(name, shape(owner + "." + name, schema), listType(schema), schema.listMapKeys());
    }

    /// Returns how a value is merged: a list is atomic unless the schema says otherwise, an object only when the schema says so.
    private static ListType listType(StructuralSchema schema) {
        if (!schema.listType().isEmpty()) {
            return ListType.valueOf(schema.listType().toUpperCase(Locale.ROOT));
        }
        return schema.type().equals("array") || schema.mapType().equals("atomic") ? ListType.ATOMIC : ListType.UNSPECIFIED;
    }

    private Schema shape(String name, StructuralSchema schema) {
        if (schema.intOrString()) {
            return Schema.Scalar.INTSTR;
        }
        return switch (schema.type()) {
            case "string" -> Schema.Scalar.STRING;
            case "integer" -> Schema.Scalar.INT64;
            case "number" -> Schema.Scalar.DOUBLE;
            case "boolean" -> Schema.Scalar.BOOL;
            case "array" -> schema.items() == null ? Schema.Scalar.ANY : new Schema.ListOf(shape(name, schema.items()));
            case "object" -> object(name, schema);
            default -> Schema.Scalar.ANY;
        };
    }

    private Schema object(String name, StructuralSchema schema) {
        if (schema.embedded()) {
            return Shapes.struct(name, null, wholeObject(name, schema));
        }
        if (schema.additional() != null) {
            return new Schema.MapOf(shape(name, schema.additional()));
        }
        if (schema.properties().isEmpty()) {
            return new Schema.MapOf(Schema.Scalar.ANY);
        }
        Map<String, Field> fields = new LinkedHashMap<>();
        schema.properties().forEach((field, property) -> fields.put(field, field(name, field, property)));
        return Shapes.struct(name, null, fields);
    }

    /// Returns the shape of the kind's list type.
    static Schema.Struct list(String name, GroupVersionKind kind, Schema.Struct item, Map<String, Field> listHeader) {
        Map<String, Field> fields = new LinkedHashMap<>(listHeader);
        fields.put("items", Shapes.field("items", new Schema.ListOf(item), ListType.UNSPECIFIED, List.of()));
        return Shapes.struct(name, kind, fields);
    }
}
