package io.moka.apiserver.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// Reads, writes and navigates JSON trees, with one mapper for the whole server.
public final class Json {
    /// Limits on input: the length of a string in characters, and the nesting depth.
    public static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder().maxStringLength(4 * 1024 * 1024).maxNestingDepth(500).build();
    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(CONSTRAINTS)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// Reads bytes that this server wrote itself.
    public static ObjectNode read(byte[] bytes) {
        try {
            return (ObjectNode) MAPPER.readTree(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public static byte[] write(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Returns the node that the parser makes of a whole number, so that numbers from other sources equal parsed ones.
    public static NumericNode number(long value) {
        return value == (int) value ? JsonNodeFactory.instance.numberNode((int) value) : JsonNodeFactory.instance.numberNode(value);
    }

    /// Returns the node that the parser makes of a number as Go writes it: without a fraction when it is whole.
    public static NumericNode number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? number((long) value) : JsonNodeFactory.instance.numberNode(value);
    }

    /// Returns the text at a path, empty if there is none.
    public static String text(JsonNode node, String... path) {
        JsonNode at = node;
        for (String step : path) {
            at = at.path(step);
        }
        return at.isValueNode() && !at.isNull() ? at.asText() : "";
    }

    /// Returns the object in a field, created if there is none.
    public static ObjectNode child(ObjectNode node, String field) {
        return node.get(field) instanceof ObjectNode found ? found : node.putObject(field);
    }

    public static ObjectNode metadata(ObjectNode object) {
        return child(object, "metadata");
    }

    public static String name(JsonNode object) {
        return text(object, "metadata", "name");
    }

    public static String namespace(JsonNode object) {
        return text(object, "metadata", "namespace");
    }

    public static String uid(JsonNode object) {
        return text(object, "metadata", "uid");
    }

    /// Returns a field's value, or null when it is absent or JSON's null.
    public static @Nullable JsonNode present(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }
}
