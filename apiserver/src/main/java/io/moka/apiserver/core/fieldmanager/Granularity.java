package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Schema;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How ownership divides a value into parts.
enum Granularity {
    /// A single part: scalars, and values that are declared atomic.
    LEAF,
    /// One part for each field of a struct.
    FIELDS,
    /// One part for each entry of a map; an entry is owned itself, besides the parts below it.
    ENTRIES,
    /// One part for each element of a list, by key or value.
    ITEMS;

    /// Fields of structs that Go holds by value, so that they exist even if they were not sent.
    private static final Set<String> HELD_BY_VALUE = Set.of("metadata", "spec", "status", "template", "jobTemplate", "strategy", "updateStrategy",
            "podSelector", "loadBalancer", "nodeInfo", "daemonEndpoints", "kubeletEndpoint", "source", "deprecatedSource");

    /// @param schema null when the value has no schema, so that its JSON type decides
    /// @param field  the field that holds the value itself, rather than one of its entries or elements; otherwise null
    static Granularity of(@Nullable Schema schema, @Nullable Field field, JsonNode value) {
        if (!value.isContainerNode() || field != null && field.listType() == Field.ListType.ATOMIC) {
            return LEAF;
        }
        return switch (schema) {
            case null -> value.isObject() ? ENTRIES : LEAF;
            case Schema.Scalar scalar -> scalar == Schema.Scalar.ANY && value.isObject() ? ENTRIES : LEAF;
            case Schema.ListOf list -> value.isArray() && isAssociative(field) ? ITEMS : LEAF;
            case Schema.MapOf map -> value.isObject() ? ENTRIES : LEAF;
            case Schema.Struct struct -> value.isObject() && (!struct.atomic() || isGranular(field)) ? FIELDS : LEAF;
        };
    }

    private static boolean isAssociative(@Nullable Field field) {
        return field != null && (field.listType() == Field.ListType.MAP || field.listType() == Field.ListType.SET);
    }

    /// Whether a field declares its struct granular although the struct's type is atomic.
    private static boolean isGranular(@Nullable Field field) {
        return field != null && field.listType() == Field.ListType.MAP;
    }

    /// Whether a field is always present in its struct, if only with an empty value.
    static boolean standing(Field field) {
        return field.required() || HELD_BY_VALUE.contains(field.name()) || field.name().equals("resources") && field.defaultValue() != null;
    }

    /// Returns the field of a struct; null for entries of maps, and for fields that the schema does not know.
    static @Nullable Field field(@Nullable Schema owner, String name) {
        return owner instanceof Schema.Struct struct ? struct.field(name) : null;
    }

    /// Returns the schema of a struct's field or of a map's values.
    static @Nullable Schema below(@Nullable Schema owner, @Nullable Field field) {
        return field != null ? field.schema() : owner instanceof Schema.MapOf(Schema values) ? values : null;
    }

    /// Returns the schema of a list's elements.
    static @Nullable Schema items(@Nullable Schema list) {
        return list instanceof Schema.ListOf(Schema items) ? items : null;
    }
}
