package io.moka.apiserver.extension.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import io.moka.apiserver.core.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One node of a structural schema, as `apiextensions.k8s.io/v1` defines it. Immutable and safe for all threads.
///
/// @param type the JSON type; empty when the schema sets none
/// @param additional the schema of `additionalProperties`; null when there is none, or any value is allowed
/// @param anyAdditional whether `additionalProperties` is true
/// @param bounds the bounds that are compared with the value itself
/// @param rules the validation rules in CEL
public record StructuralSchema(
        String type, boolean nullable, boolean intOrString, boolean preserveUnknown, boolean embedded,
        String listType, List<String> listMapKeys, String mapType,
        Map<String, StructuralSchema> properties, @Nullable StructuralSchema items,
        @Nullable StructuralSchema additional, boolean anyAdditional,
        @Nullable JsonNode defaultValue, Bounds bounds, Combination combination, List<ValidationRule> rules, JsonNode source) {

    /// The bounds that a schema sets; null where it sets none.
    public record Bounds(
            String format, List<JsonNode> allowed, @Nullable BigDecimal minimum, boolean exclusiveMinimum, @Nullable BigDecimal maximum, boolean exclusiveMaximum,
            @Nullable BigDecimal multipleOf, long minLength, long maxLength, @Nullable Pattern pattern,
            long minItems, long maxItems, boolean uniqueItems, long minProperties, long maxProperties, List<String> required) {}

    /// The logical combinations of a schema: `allOf`, `anyOf`, `oneOf` and `not`.
    public record Combination(List<StructuralSchema> allOf, List<StructuralSchema> anyOf, List<StructuralSchema> oneOf, @Nullable StructuralSchema not) {
        boolean isEmpty() {
            return allOf.isEmpty() && anyOf.isEmpty() && oneOf.isEmpty() && not == null;
        }
    }

    /// Reads a schema that has already been validated.
    public static StructuralSchema of(JsonNode schema) {
        JsonNode additional = schema.path("additionalProperties");
        return new StructuralSchema(
                Json.text(schema, "type"), schema.path("nullable").asBoolean(), schema.path("x-kubernetes-int-or-string").asBoolean(),
                schema.path("x-kubernetes-preserve-unknown-fields").asBoolean(), schema.path("x-kubernetes-embedded-resource").asBoolean(),
                Json.text(schema, "x-kubernetes-list-type"), strings(schema.path("x-kubernetes-list-map-keys")), Json.text(schema, "x-kubernetes-map-type"),
                properties(schema.path("properties")), schema.path("items").isObject() ? of(schema.path("items")) : null,
                additional.isObject() ? of(additional) : null, additional.isBoolean() && additional.booleanValue(),
                Json.present(schema, "default"), bounds(schema),
                new Combination(list(schema.path("allOf")), list(schema.path("anyOf")), list(schema.path("oneOf")), schema.path("not").isObject() ? of(schema.path("not")) : null),
                rules(schema.path("x-kubernetes-validations")), schema);
    }

    private static Bounds bounds(JsonNode schema) {
        List<JsonNode> allowed = new ArrayList<>();
        schema.path("enum").forEach(allowed::add);
        String pattern = Json.text(schema, "pattern");
        return new Bounds(Json.text(schema, "format"), allowed,
                decimal(schema, "minimum"), schema.path("exclusiveMinimum").asBoolean(), decimal(schema, "maximum"), schema.path("exclusiveMaximum").asBoolean(),
                decimal(schema, "multipleOf"), number(schema, "minLength"), number(schema, "maxLength"), pattern.isEmpty() ? null : Pattern.compile(pattern),
                number(schema, "minItems"), number(schema, "maxItems"), schema.path("uniqueItems").asBoolean(),
                number(schema, "minProperties"), number(schema, "maxProperties"), strings(schema.path("required")));
    }

    private static @Nullable BigDecimal decimal(JsonNode schema, String field) {
        return schema.path(field).isNumber() ? schema.path(field).decimalValue() : null;
    }

    /// Returns a bound on a count; -1 when there is none.
    private static long number(JsonNode schema, String field) {
        return schema.path(field).isNumber() ? schema.path(field).longValue() : -1;
    }

    private static List<String> strings(JsonNode list) {
        List<String> strings = new ArrayList<>();
        list.forEach(entry -> strings.add(entry.asText()));
        return List.copyOf(strings);
    }

    private static List<StructuralSchema> list(JsonNode schemas) {
        List<StructuralSchema> list = new ArrayList<>();
        schemas.forEach(schema -> list.add(of(schema)));
        return List.copyOf(list);
    }

    private static Map<String, StructuralSchema> properties(JsonNode properties) {
        Map<String, StructuralSchema> found = new LinkedHashMap<>();
        properties.properties().forEach(property -> found.put(property.getKey(), of(property.getValue())));
        return Collections.unmodifiableMap(found);
    }

    private static List<ValidationRule> rules(JsonNode rules) {
        List<ValidationRule> found = new ArrayList<>();
        rules.forEach(rule -> found.add(ValidationRule.of(rule)));
        return List.copyOf(found);
    }

    /// Whether the schema allows a value of any shape here without describing it.
    boolean open() {
        return type.isEmpty() && properties.isEmpty() && items == null && additional == null;
    }

    /// Returns the schema of the value under a key; null when the schema does not describe it.
    public @Nullable StructuralSchema child(String key) {
        StructuralSchema property = properties.get(key);
        return property != null ? property : additional;
    }

    /// Whether this schema or one below it has defaults.
    public boolean hasDefaults() {
        return defaultValue != null || properties.values().stream().anyMatch(StructuralSchema::hasDefaults)
                || items != null && items.hasDefaults() || additional != null && additional.hasDefaults();
    }

    /// Whether this schema or one below it has rules in CEL.
    public boolean hasRules() {
        return !rules.isEmpty() || properties.values().stream().anyMatch(StructuralSchema::hasRules)
                || items != null && items.hasRules() || additional != null && additional.hasRules();
    }
}
