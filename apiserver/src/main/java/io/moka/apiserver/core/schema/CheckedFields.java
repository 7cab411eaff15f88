package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads fields of trees whose types have been checked; an absent field reads as empty.
final class CheckedFields {

    private static final JsonNode EMPTY_LIST = JsonNodeFactory.instance.arrayNode(0);
    private static final JsonNode EMPTY_OBJECT = JsonNodeFactory.instance.objectNode();

    private CheckedFields() {
    }

    static String text(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? "" : value.asText();
    }

    static boolean flag(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value != null && value.booleanValue();
    }

    static long number(JsonNode object, String field, long otherwise) {
        JsonNode value = object.get(field);
        return value == null || !value.isNumber() ? otherwise : value.longValue();
    }

    /// Returns the elements of a list field; empty when it is absent.
    static JsonNode list(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value == null || !value.isArray() ? EMPTY_LIST : value;
    }

    /// Returns an object field, which must not be changed; empty when it is absent.
    static JsonNode object(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value == null || !value.isObject() ? EMPTY_OBJECT : value;
    }

    static @Nullable ObjectNode objectOrNull(JsonNode object, String field) {
        return object.get(field) instanceof ObjectNode found ? found : null;
    }

    static Set<Map.Entry<String, JsonNode>> entries(JsonNode object, String field) {
        return object(object, field).properties();
    }

    static boolean has(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value != null && !value.isNull();
    }

    /// Whether a value is empty in Go: absent, null, `""`, `[]` or `{}`.
    @SuppressWarnings("NullAway")
    static boolean isEmpty(@Nullable JsonNode value) {
        return value == null || value.isNull() || value.isTextual() && value.textValue().isEmpty()
                || value.isContainerNode() && value.isEmpty();
    }

    /// Whether two fields are semantically equal: an absent field equals an empty one.
    static boolean same(@Nullable JsonNode a, @Nullable JsonNode b) {
        return isEmpty(a) ? isEmpty(b) : a.equals(b);
    }
}
