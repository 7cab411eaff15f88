package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.moka.apiserver.core.json.Json;
import io.moka.machinery.meta.Quantity;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Changes a tree to the result of decoding and encoding it in Go: unknown and empty fields are removed, values become canonical.
final class Pruner {

    private final FieldProblems unknown = new FieldProblems();

    private Pruner() {
    }

    static List<FieldProblem> prune(Schema.Struct struct, ObjectNode object) {
        Pruner pruner = new Pruner();
        pruner.pruneStruct(struct, object, Path.ROOT);
        return pruner.unknown.list();
    }

    private void pruneStruct(Schema.Struct struct, ObjectNode object, Path path) {
        Iterator<Map.Entry<String, JsonNode>> entries = object.properties().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, JsonNode> entry = entries.next();
            Field field = struct.field(entry.getKey());
            if (field == null) {
                unknown.add(path.child(entry.getKey()));
                entries.remove();
            } else if (entry.getValue().isNull() || isEmptyCollection(field, entry.getValue()) || field.omitZero() && isZero(entry.getValue())) {
                entries.remove();
            } else {
                pruneField(field.schema(), entry, path);
            }
        }
    }

    private void pruneField(Schema schema, Map.Entry<String, JsonNode> entry, Path parent) {
        if (schema instanceof Schema.Scalar scalar) {
            JsonNode canonical = canonical(scalar, entry.getValue());
            if (canonical != null) {
                entry.setValue(canonical);
            }
        } else {
            pruneContainer(schema, entry.getValue(), parent.child(entry.getKey()));
        }
    }

    private void pruneContainer(Schema schema, JsonNode value, Path path) {
        switch (schema) {
            case Schema.Scalar scalar -> { }
            case Schema.ListOf(Schema items) -> {
                if (value instanceof ArrayNode list) {
                    pruneList(items, list, path);
                }
            }
            case Schema.MapOf(Schema values) -> {
                if (value instanceof ObjectNode map) {
                    pruneMap(values, map, path);
                }
            }
            case Schema.Struct struct -> {
                if (value instanceof ObjectNode object) {
                    pruneStruct(struct, object, path);
                }
            }
        }
    }

    private void pruneList(Schema items, ArrayNode list, Path path) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).isNull()) {
                list.set(i, zero(items));
            }
            if (items instanceof Schema.Scalar scalar) {
                JsonNode canonical = canonical(scalar, list.get(i));
                if (canonical != null) {
                    list.set(i, canonical);
                }
            } else {
                pruneContainer(items, list.get(i), path.index(i));
            }
        }
    }

    private void pruneMap(Schema values, ObjectNode map, Path path) {
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            if (entry.getValue().isNull()) {
                entry.setValue(zero(values));
            }
            if (values instanceof Schema.Scalar scalar) {
                JsonNode canonical = canonical(scalar, entry.getValue());
                if (canonical != null) {
                    entry.setValue(canonical);
                }
            } else {
                pruneContainer(values, entry.getValue(), path.key(entry.getKey()));
            }
        }
    }

    /// Returns Go's zero value, which replaces a null among a list's elements or a map's values.
    private static JsonNode zero(Schema schema) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (schema) {
            case Schema.Struct struct -> nodes.objectNode();
            case Schema.ListOf list -> nodes.arrayNode();
            case Schema.MapOf map -> nodes.objectNode();
            case Schema.Scalar scalar -> switch (scalar) {
                case STRING, BYTES -> nodes.textNode("");
                case INT32, INT64, INTSTR -> nodes.numberNode(0);
                case DOUBLE -> nodes.numberNode(0.0);
                case BOOL -> nodes.booleanNode(false);
                case QUANTITY -> nodes.textNode("0");
                case TIME, MICROTIME, ANY -> nodes.nullNode();
            };
        };
    }

    private static boolean isZero(JsonNode value) {
        return value.isBoolean() && !value.booleanValue() || value.isTextual() && value.textValue().isEmpty()
                || value.isIntegralNumber() && value.longValue() == 0;
    }

    private static boolean isEmptyCollection(Field field, JsonNode value) {
        return !field.required() && value.isContainerNode() && value.isEmpty()
                && (field.schema() instanceof Schema.ListOf || field.schema() instanceof Schema.MapOf);
    }

    /// Returns the value as Go would write it and the parser would read it again, or null when it is unchanged.
    private static @Nullable JsonNode canonical(Schema.Scalar scalar, JsonNode value) {
        return switch (scalar) {
            case QUANTITY -> {
                String text = value.asText();
                String canonical = Quantity.canonicalText(text);
                yield value.isTextual() && canonical.equals(text) ? null : TextNode.valueOf(canonical);
            }
            case TIME, MICROTIME -> {
                if (value.isNull()) {
                    yield null;
                }
                String text = value.textValue();
                String canonical = Times.canonical(text, scalar);
                yield canonical.equals(text) ? null : TextNode.valueOf(canonical);
            }
            case STRING, BYTES -> value.isNull() ? TextNode.valueOf("") : null;
            case INT32, INT64, INTSTR -> value.isIntegralNumber() && !value.isInt() && value.canConvertToInt() ? Json.number(value.longValue()) : null;
            case DOUBLE -> value.isFloatingPointNumber() ? Json.number(value.doubleValue()) : null;
            case BOOL, ANY -> null;
        };
    }
}
