package io.moka.apiserver.core.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.schema.Field;
import io.moka.apiserver.core.schema.Schema;
import java.util.HashMap;
import java.util.Map;

/// Makes an object of a type in which each field is set, each to another value.
final class FullObjects {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_RECURSION = 2;

    private final Map<String, Integer> open = new HashMap<>();
    private int serial;

    private FullObjects() {}

    static ObjectNode of(Schema.Struct type) {
        FullObjects objects = new FullObjects();
        ObjectNode object = (ObjectNode) objects.value("", type);
        var kind = type.kind();
        if (kind != null) {
            object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        }
        return object;
    }

    private JsonNode value(String name, Schema schema) {
        serial++;
        return switch (schema) {
            case Schema.Scalar scalar -> scalar(name, scalar);
            case Schema.ListOf(Schema items) -> {
                ArrayNode list = NODES.arrayNode().add(value(name, items));
                yield items instanceof Schema.Struct struct && full(struct) ? NODES.arrayNode() : list.add(value(name, items));
            }
            case Schema.MapOf(Schema values) -> values instanceof Schema.Struct struct && full(struct) ? NODES.objectNode()
                    : NODES.objectNode().<ObjectNode>set("a", value(name, values)).<ObjectNode>set("b.c/d", value(name, values));
            case Schema.Struct struct -> struct(struct);
        };
    }

    private boolean full(Schema.Struct struct) {
        return open.getOrDefault(struct.name(), 0) >= MAX_RECURSION;
    }

    private JsonNode struct(Schema.Struct struct) {
        ObjectNode object = NODES.objectNode();
        if (full(struct)) {
            return object;
        }
        open.merge(struct.name(), 1, Integer::sum);
        for (Field field : struct.fields().values()) {
            // the binary form has the kind once, in the envelope
            boolean kindOfObject = struct.kind() != null && (field.name().equals("kind") || field.name().equals("apiVersion"));
            JsonNode value = kindOfObject ? NODES.objectNode() : value(field.name(), field.schema());
            boolean endOfRecursion = value.isContainerNode() && value.isEmpty();
            if (!endOfRecursion) {
                object.set(field.name(), value);
            }
        }
        open.merge(struct.name(), -1, Integer::sum);
        return object;
    }

    private JsonNode scalar(String name, Schema.Scalar scalar) {
        return switch (scalar) {
            case STRING -> NODES.textNode("s" + serial);
            case BYTES -> NODES.textNode("AAEC");
            case INT32 -> NODES.numberNode(1000 + serial);
            case INT64 -> serial % 2 == 0 ? NODES.numberNode(serial) : NODES.numberNode((1L << 40) + serial);
            case DOUBLE -> serial % 2 == 0 ? NODES.numberNode(serial) : NODES.numberNode(serial + 0.5);
            case BOOL -> NODES.booleanNode(true);
            case TIME -> NODES.textNode("2026-01-02T03:04:05Z");
            case MICROTIME -> NODES.textNode("2026-01-02T03:04:05.000006Z");
            case QUANTITY -> NODES.textNode(serial + "m");
            case INTSTR -> serial % 2 == 0 ? NODES.numberNode(serial) : NODES.textNode(serial + "%");
            case ANY -> any(name);
        };
    }

    /// JSON of any shape is raw JSON in the binary form, but for some fields of a definition's schema.
    private JsonNode any(String name) {
        ObjectNode schema = NODES.objectNode().put("type", "object").put("maxLength", 7);
        return switch (name) {
            case "items", "additionalItems", "additionalProperties" -> schema;
            case "status" -> NODES.objectNode();
            case "dependencies" -> NODES.arrayNode().add("x").add("y");
            default -> NODES.objectNode().put("x", serial).set("y", NODES.arrayNode().add(1.5).add("z").add(true));
        };
    }
}
