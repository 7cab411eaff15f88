package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads fields of trees whose types have been checked; what is absent reads as empty.
final class Json {

    private static final JsonNode EMPTY_LIST = JsonNodeFactory.instance.arrayNode(0);
    private static final JsonNode EMPTY_OBJECT = JsonNodeFactory.instance.objectNode();

    private Json() {
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

    /// The elements of a list field; empty when it is absent.
    static JsonNode list(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value == null || !value.isArray() ? EMPTY_LIST : value;
    }

    /// An object field, to be read only; empty when it is absent.
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

    /// Whether Go would call it empty: absent, null, `""`, `[]` or `{}`.
    @SuppressWarnings("NullAway")
    static boolean isEmpty(@Nullable JsonNode value) {
        return value == null || value.isNull() || value.isTextual() && value.textValue().isEmpty()
                || value.isContainerNode() && value.isEmpty();
    }

    /// Whether two fields are semantically equal: absent equals empty.
    static boolean same(@Nullable JsonNode a, @Nullable JsonNode b) {
        return isEmpty(a) ? isEmpty(b) : a.equals(b);
    }
}
