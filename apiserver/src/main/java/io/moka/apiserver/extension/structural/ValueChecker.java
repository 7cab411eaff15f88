package io.moka.apiserver.extension.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.core.schema.FieldPath;
import io.moka.apiserver.core.schema.Problems;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Validates a value against a schema. A value that an update leaves unchanged is not validated again.
public final class ValueChecker {
    private static final String NOWHERE = "<nil>";
    private final Problems problems;

    public ValueChecker(Problems problems) {
        this.problems = problems;
    }

    /// @param old the value at this place before the update; null when there was none, or it cannot be determined
    public void check(StructuralSchema schema, JsonNode value, @Nullable JsonNode old, FieldPath path) {
        if (value.equals(old)) {
            return;
        }
        if (value.isNull() && (schema.nullable() || schema.type().isEmpty() && !schema.intOrString())) {
            return;
        }
        if (!typeIsRight(schema, value, path)) {
            return;
        }
        checkBounds(schema, value, path);
        checkCombination(schema, value, path);
        if (schema.embedded() && value.isObject()) {
            checkEmbedded(value, path);
        }
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                StructuralSchema child = schema.child(field.getKey());
                if (child != null) {
                    check(child, field.getValue(), old == null ? null : old.get(field.getKey()), path.child(field.getKey()));
                }
            }
        } else if (value.isArray()) {
            checkItems(schema, value, old, path);
        }
    }

    private void checkItems(StructuralSchema schema, JsonNode value, @Nullable JsonNode old, FieldPath path) {
        ListIdentity.checkUnique(schema, value, path, problems);
        if (schema.items() == null) {
            return;
        }
        for (int i = 0; i < value.size(); i++) {
            check(schema.items(), value.get(i), ListIdentity.sameElement(schema, value.get(i), old), path.index(i));
        }
    }

    private boolean typeIsRight(StructuralSchema schema, JsonNode value, FieldPath path) {
        if (schema.intOrString()) {
            return typeIsRight(value.isTextual() || isInteger(value), "integer,string", value, path);
        }
        return switch (schema.type()) {
            case "object" -> typeIsRight(value.isObject(), "object", value, path);
            case "array" -> typeIsRight(value.isArray(), "array", value, path);
            case "string" -> typeIsRight(value.isTextual(), "string", value, path);
            case "boolean" -> typeIsRight(value.isBoolean(), "boolean", value, path);
            case "integer" -> typeIsRight(isInteger(value), "integer", value, path);
            case "number" -> typeIsRight(value.isNumber(), "number", value, path);
            default -> true;
        };
    }

    private boolean typeIsRight(boolean right, String wanted, JsonNode value, FieldPath path) {
        if (!right) {
            String actual = typeOf(value);
            problems.wrongType(path, actual, path + " in body must be of type " + wanted + ": \"" + actual + "\"");
        }
        return right;
    }

    static boolean isInteger(JsonNode value) {
        return value.isIntegralNumber() || value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    private static String typeOf(JsonNode value) {
        return value.isObject() ? "object" : value.isArray() ? "array" : value.isTextual() ? "string" : value.isBoolean() ? "boolean"
                : value.isNull() ? "null" : isInteger(value) ? "integer" : "number";
    }

    private void checkBounds(StructuralSchema schema, JsonNode value, FieldPath path) {
        StructuralSchema.Bounds bounds = schema.bounds();
        if (!bounds.allowed().isEmpty() && bounds.allowed().stream().noneMatch(allowed -> same(allowed, value))) {
            problems.notSupported(path, value, bounds.allowed().stream().map(allowed -> allowed.isTextual() ? allowed.asText() : allowed.toString()).toList());
        }
        if (value.isTextual()) {
            checkText(bounds, value, path);
        } else if (value.isNumber()) {
            checkNumber(bounds, value, path);
        } else if (value.isArray()) {
            checkSize(bounds, value, path);
        } else if (value.isObject()) {
            checkFields(bounds, value, path);
        }
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return one.equals(other) || one.isNumber() && other.isNumber() && one.decimalValue().compareTo(other.decimalValue()) == 0;
    }

    private void checkText(StructuralSchema.Bounds bounds, JsonNode value, FieldPath path) {
        String text = value.asText();
        long length = text.codePointCount(0, text.length());
        if (bounds.maxLength() >= 0 && length > bounds.maxLength()) {
            problems.tooLong(path, bounds.maxLength());
        }
        if (length < bounds.minLength()) {
            problems.invalid(path, value, path + " in body should be at least " + bounds.minLength() + " chars long");
        }
        if (bounds.pattern() != null && !bounds.pattern().matcher(text).find()) {
            problems.invalid(path, value, path + " in body should match '" + bounds.pattern().pattern() + "'");
        }
        if (!bounds.format().isEmpty() && !Formats.matches(bounds.format(), text)) {
            problems.invalid(path, value, path + " in body must be of type " + bounds.format() + ": " + TextNode.valueOf(text));
        }
    }

    private void checkNumber(StructuralSchema.Bounds bounds, JsonNode value, FieldPath path) {
        BigDecimal number = value.decimalValue();
        if (bounds.maximum() != null) {
            int order = number.compareTo(bounds.maximum());
            if (order > 0 || order == 0 && bounds.exclusiveMaximum()) {
                problems.invalid(path, value, path + " in body should be less than " + (bounds.exclusiveMaximum() ? "" : "or equal to ") + bounds.maximum().toPlainString());
            }
        }
        if (bounds.minimum() != null) {
            int order = number.compareTo(bounds.minimum());
            if (order < 0 || order == 0 && bounds.exclusiveMinimum()) {
                problems.invalid(path, value, path + " in body should be greater than " + (bounds.exclusiveMinimum() ? "" : "or equal to ") + bounds.minimum().toPlainString());
            }
        }
        if (bounds.multipleOf() != null && bounds.multipleOf().signum() != 0 && number.remainder(bounds.multipleOf()).signum() != 0) {
            problems.invalid(path, value, path + " in body should be a multiple of " + bounds.multipleOf().toPlainString());
        }
        boolean integer = bounds.format().equals("int32") || bounds.format().equals("int64");
        if (integer && number.abs().compareTo(bounds.format().equals("int32") ? INT32_LIMIT : INT64_LIMIT) > 0) {
            problems.invalid(path, value, "Checked value must be of type integer with format " + bounds.format());
        }
    }

    private static final BigDecimal INT32_LIMIT = BigDecimal.valueOf(Integer.MAX_VALUE);
    private static final BigDecimal INT64_LIMIT = BigDecimal.valueOf(Long.MAX_VALUE);

    private void checkSize(StructuralSchema.Bounds bounds, JsonNode value, FieldPath path) {
        if (bounds.maxItems() >= 0 && value.size() > bounds.maxItems()) {
            problems.tooMany(path, value.size(), bounds.maxItems());
        }
        if (value.size() < bounds.minItems()) {
            problems.invalid(path, value, path + " in body should have at least " + bounds.minItems() + " items");
        }
        if (bounds.uniqueItems()) {
            Set<JsonNode> seen = new HashSet<>();
            value.forEach(seen::add);
            if (seen.size() < value.size()) {
                problems.invalid(path, value, path + " in body shouldn't contain duplicates");
            }
        }
    }

    private void checkFields(StructuralSchema.Bounds bounds, JsonNode value, FieldPath path) {
        for (String field : bounds.required()) {
            if (!value.has(field)) {
                problems.required(path.child(field), "");
            }
        }
        if (bounds.maxProperties() >= 0 && value.size() > bounds.maxProperties()) {
            problems.tooMany(path, value.size(), bounds.maxProperties());
        }
        if (value.size() < bounds.minProperties()) {
            problems.invalid(path, value, path + " in body should have at least " + bounds.minProperties() + " properties");
        }
    }

    private void checkCombination(StructuralSchema schema, JsonNode value, FieldPath path) {
        StructuralSchema.Combination combination = schema.combination();
        if (combination.isEmpty()) {
            return;
        }
        combination.allOf().forEach(part -> check(part, value, null, path));
        if (!combination.anyOf().isEmpty() && combination.anyOf().stream().noneMatch(part -> wrongWith(part, value, path).isEmpty())) {
            problems.invalid(NOWHERE, "", "\"" + path + "\" must validate at least one schema (anyOf)");
            best(combination.anyOf(), value, path).found().forEach(problems::add);
        }
        if (!combination.oneOf().isEmpty()) {
            long valid = combination.oneOf().stream().filter(part -> wrongWith(part, value, path).isEmpty()).count();
            if (valid != 1) {
                problems.invalid(NOWHERE, "", "\"" + path + "\" must validate one and only one schema (oneOf). "
                        + (valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives"));
            }
            if (valid == 0) {
                best(combination.oneOf(), value, path).found().forEach(problems::add);
            }
        }
        if (combination.not() != null && wrongWith(combination.not(), value, path).isEmpty()) {
            problems.invalid(NOWHERE, "", "\"" + path + "\" must not validate the schema (not)");
        }
    }

    private static Problems wrongWith(StructuralSchema part, JsonNode value, FieldPath path) {
        Problems found = new Problems();
        new ValueChecker(found).check(part, value, null, path);
        return found;
    }

    /// Returns the problems with the alternative that fits best.
    private static Problems best(List<StructuralSchema> parts, JsonNode value, FieldPath path) {
        return parts.stream().map(part -> wrongWith(part, value, path)).min((a, b) -> Integer.compare(a.found().size(), b.found().size())).orElseGet(Problems::new);
    }

    private void checkEmbedded(JsonNode value, FieldPath path) {
        for (String field : List.of("apiVersion", "kind")) {
            JsonNode text = value.path(field);
            if (!text.isTextual() || text.asText().isEmpty()) {
                problems.required(path.child(field), "must not be empty");
            }
        }
        if (value.has("metadata") && !value.get("metadata").isObject()) {
            problems.wrongType(path.child("metadata"), typeOf(value.get("metadata")), path.child("metadata") + " in body must be of type object: \"" + typeOf(value.get("metadata")) + "\"");
        }
    }
}
