package io.moka.apiserver.extension.cel;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.extension.structural.StructuralSchema;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The maximum sizes of the values that a schema describes: by its own bounds or, where it has none, by the maximum size of a request.
///
/// @param max the number of characters, elements or entries; 0 for values without a size
/// @param minBytes the minimum size of the value as JSON, in bytes
/// @param fields the sizes of the fields, by their names in expressions
/// @param element the sizes of a list's elements or a map's values
public record SchemaSizes(long max, long minBytes, Map<String, SchemaSizes> fields, @Nullable SchemaSizes element, boolean map) {
    private static final long REQUEST_BYTES = 3 * 1024 * 1024;
    private static final long BYTES_PER_CHARACTER = 4;
    private static final long TIME_CHARACTERS = 32;
    private static final long DATE_CHARACTERS = 12;
    /// Minimum size of a map's entry in bytes: the quotes, colon and comma, and the key.
    private static final long ENTRY_BYTES = 6;
    private static final SchemaSizes TEXT = leaf(REQUEST_BYTES - 2, 2);
    private static final SchemaSizes KEY = leaf(0, 2);
    private static final SchemaSizes METADATA = new SchemaSizes(0, 2, Map.of("name", TEXT, "generateName", TEXT), null, false);

    private static SchemaSizes leaf(long max, long minBytes) {
        return new SchemaSizes(max, minBytes, Map.of(), null, false);
    }

    /// Returns the sizes of a value inside an object, or of a whole object.
    public static SchemaSizes of(StructuralSchema schema, boolean whole) {
        StructuralSchema.Bounds bounds = schema.bounds();
        if (schema.intOrString()) {
            return leaf(text(bounds), 1);
        }
        return switch (whole ? "object" : schema.type()) {
            case "array" -> {
                SchemaSizes items = schema.items() == null ? leaf(0, 1) : of(schema.items(), schema.items().embedded());
                yield new SchemaSizes(bounds.maxItems() >= 0 ? bounds.maxItems() : (REQUEST_BYTES - 2) / (items.minBytes + 1), 2, Map.of(), items, false);
            }
            case "object" -> object(schema, whole);
            case "string" -> switch (bounds.format()) {
                case "byte" -> leaf(bounds.maxLength() >= 0 ? bounds.maxLength() : REQUEST_BYTES - 2, 2);
                case "duration" -> leaf(TIME_CHARACTERS, 3);
                case "date" -> leaf(DATE_CHARACTERS, DATE_CHARACTERS);
                case "date-time" -> leaf(TIME_CHARACTERS, 21);
                default -> leaf(text(bounds), 2);
            };
            case "boolean" -> leaf(0, 4);
            default -> leaf(0, 1);
        };
    }

    private static long text(StructuralSchema.Bounds bounds) {
        if (bounds.maxLength() >= 0) {
            return Size.multiply(bounds.maxLength(), BYTES_PER_CHARACTER);
        }
        long longest = bounds.allowed().stream().filter(JsonNode::isTextual).mapToLong(value -> value.asText().length()).max().orElse(0);
        return bounds.allowed().isEmpty() ? REQUEST_BYTES - 2 : longest;
    }

    private static SchemaSizes object(StructuralSchema schema, boolean whole) {
        StructuralSchema additional = schema.additional();
        if (additional != null) {
            SchemaSizes values = of(additional, additional.embedded());
            long entries = schema.bounds().maxProperties();
            return new SchemaSizes(entries >= 0 ? entries : (REQUEST_BYTES - 2) / (values.minBytes + ENTRY_BYTES), 2, Map.of(), values, true);
        }
        Map<String, SchemaSizes> fields = new HashMap<>();
        long minBytes = 2;
        for (Map.Entry<String, StructuralSchema> property : schema.properties().entrySet()) {
            SchemaSizes sizes = of(property.getValue(), property.getValue().embedded());
            PropertyNames.escape(property.getKey()).ifPresent(field -> fields.put(field, sizes));
            if (schema.bounds().required().contains(property.getKey()) && property.getValue().defaultValue() == null) {
                minBytes += property.getKey().length() + sizes.minBytes + 4;
            }
        }
        if (whole) {
            fields.put("apiVersion", TEXT);
            fields.put("kind", TEXT);
            fields.put("metadata", METADATA);
        }
        return new SchemaSizes(0, minBytes, fields, null, false);
    }

    /// Returns the maximum number of such values in one object.
    public long perRequest() {
        return REQUEST_BYTES / (minBytes + 1);
    }

    Size size() {
        return new Size(0, max);
    }

    @Nullable SchemaSizes field(String name) {
        return fields.get(name);
    }

    @Nullable SchemaSizes key() {
        return map ? KEY : null;
    }
}
