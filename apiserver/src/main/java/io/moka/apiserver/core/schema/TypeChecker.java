package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.meta.Quantity;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Finds the first value at which Go's JSON decoder would stop, and words its error.
final class TypeChecker {

    private TypeChecker() {
    }

    static @Nullable String firstProblem(Schema.Struct struct, JsonNode value) {
        return checkStruct(struct, value, "");
    }

    private static @Nullable String checkStruct(Schema.Struct struct, JsonNode value, String path) {
        for (var entry : value.properties()) {
            Field field = struct.field(entry.getKey());
            JsonNode child = entry.getValue();
            if (field == null || child.isNull() || field.schema() == Schema.Scalar.ANY || isPlainText(field, child)) {
                continue;
            }
            String childPath = path.isEmpty() ? field.name() : path + "." + field.name();
            String problem = check(field.schema(), child, struct, childPath);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static boolean isPlainText(Field field, JsonNode child) {
        return field.schema() == Schema.Scalar.STRING && child.isTextual();
    }

    private static @Nullable String check(Schema schema, JsonNode value, Schema.Struct owner, String path) {
        if (value.isNull()) {
            return null;
        }
        return switch (schema) {
            case Schema.Scalar scalar -> checkScalar(scalar, value, owner, path);
            case Schema.ListOf(Schema items) -> value.isArray()
                    ? checkEach(items, value, owner, path) : mismatch(schema, value, owner, path);
            case Schema.MapOf(Schema values) -> value.isObject()
                    ? checkEach(values, value, owner, path) : mismatch(schema, value, owner, path);
            case Schema.Struct struct -> value.isObject()
                    ? checkStruct(struct, value, path) : mismatch(schema, value, owner, path);
        };
    }

    private static @Nullable String checkEach(Schema schema, JsonNode values, Schema.Struct owner, String path) {
        for (JsonNode value : values) {
            String problem = check(schema, value, owner, path);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String checkScalar(Schema.Scalar scalar, JsonNode value, Schema.Struct owner, String path) {
        return switch (scalar) {
            case ANY -> null;
            case STRING -> value.isTextual() ? null : mismatch(scalar, value, owner, path);
            case BOOL -> value.isBoolean() ? null : mismatch(scalar, value, owner, path);
            case INT32 -> value.isIntegralNumber() && value.canConvertToInt() ? null : mismatch(scalar, value, owner, path);
            case INT64 -> value.isIntegralNumber() && value.canConvertToLong() ? null : mismatch(scalar, value, owner, path);
            case DOUBLE -> value.isNumber() ? null : mismatch(scalar, value, owner, path);
            case INTSTR -> value.isTextual() || value.isIntegralNumber() && value.canConvertToInt() ? null
                    : "json: cannot unmarshal " + jsonType(value) + " into Go value of type int32";
            case QUANTITY -> value.isTextual() || value.isNumber()
                    ? Quantity.problemOf(value.asText()) : Quantity.MUST_MATCH;
            case TIME, MICROTIME -> value.isTextual() ? checkTime(value.textValue())
                    : "json: cannot unmarshal " + jsonType(value) + " into Go value of type string";
            case BYTES -> value.isTextual() ? checkBase64(value.textValue()) : mismatch(scalar, value, owner, path);
        };
    }

    private static @Nullable String checkTime(String text) {
        return Times.isValid(text) ? null
                : "parsing time \"%s\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"%s\" as \"2006\"".formatted(text, text);
    }

    private static @Nullable String checkBase64(String text) {
        try {
            Base64.getMimeDecoder().decode(text);
            int bad = firstNonBase64(text);
            return bad < 0 ? null : "illegal base64 data at input byte " + bad;
        } catch (IllegalArgumentException e) {
            int bad = firstNonBase64(text);
            return "illegal base64 data at input byte " + (bad < 0 ? Math.max(0, text.length() - 1) / 4 * 4 : bad);
        }
    }

    private static int firstNonBase64(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean good = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
                    || c == '+' || c == '/' || c == '=' || c == '\n' || c == '\r';
            if (!good) {
                return i;
            }
        }
        return -1;
    }

    private static String mismatch(Schema schema, JsonNode value, Schema.Struct owner, String path) {
        String literal = value.isNumber() && schema instanceof Schema.Scalar scalar && scalar != Schema.Scalar.STRING
                && scalar != Schema.Scalar.BOOL && scalar != Schema.Scalar.BYTES ? " " + value.asText() : "";
        return "json: cannot unmarshal " + jsonType(value) + literal + " into Go struct field "
                + owner.simpleName() + "." + path + " of type " + schema.goType();
    }

    private static String jsonType(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "bool";
            case NUMBER -> "number";
            case STRING -> "string";
            case BINARY, MISSING, NULL, OBJECT, POJO -> "object";
        };
    }
}
