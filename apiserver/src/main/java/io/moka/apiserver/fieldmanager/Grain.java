package io.moka.apiserver.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.schema.Field;
import io.moka.apiserver.schema.Schema;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Into which parts ownership divides a value.
enum Grain {
    /// Not at all: scalars, and what is declared atomic.
    LEAF,
    /// The fields of a struct.
    FIELDS,
    /// The entries of a map; they are owned themselves, beside what is below them.
    ENTRIES,
    /// The elements of a list, by key or value.
    ITEMS;

    /// Structs that Go holds by value, so that they are there even where nothing was sent.
    private static final Set<String> HELD_BY_VALUE = Set.of("metadata", "spec", "status", "template", "jobTemplate", "strategy", "updateStrategy",
            "podSelector", "loadBalancer", "nodeInfo", "daemonEndpoints", "kubeletEndpoint", "source", "deprecatedSource");

    /// @param schema null where none knows the value; it is then judged by its form
    /// @param field  the field that holds the value itself rather than an entry or element; else null
    static Grain of(@Nullable Schema schema, @Nullable Field field, JsonNode value) {
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

    /// A struct that is atomic elsewhere may be declared a map of fields in one place.
    private static boolean isGranular(@Nullable Field field) {
        return field != null && field.listType() == Field.ListType.MAP;
    }

    /// Whether the field is there, empty, wherever the struct that has it is.
    static boolean standing(Field field) {
        return field.required() || HELD_BY_VALUE.contains(field.name()) || field.name().equals("resources") && field.defaultValue() != null;
    }

    /// The field of a struct; null for entries of maps, and for fields that the schema does not know.
    static @Nullable Field field(@Nullable Schema owner, String name) {
        return owner instanceof Schema.Struct struct ? struct.field(name) : null;
    }

    /// The schema of what a struct or map holds under a name.
    static @Nullable Schema below(@Nullable Schema owner, @Nullable Field field) {
        return field != null ? field.schema() : owner instanceof Schema.MapOf(Schema values) ? values : null;
    }

    /// The schema of a list's elements.
    static @Nullable Schema items(@Nullable Schema list) {
        return list instanceof Schema.ListOf(Schema items) ? items : null;
    }
}
