package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.moka.apiserver.core.schema.FieldProblem;
import io.moka.apiserver.core.status.ApiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses one JSON or YAML document into a tree, as Jackson does, and handles what Jackson ignores: duplicate fields, which are recorded,
/// and YAML's merge keys. Not thread-safe; for one document.
final class DocumentReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String MERGE = "<<";
    /// Maximum number of recorded duplicates, and maximum length of their paths together: paths of deeply nested fields are long.
    private static final int MAX_DUPLICATES = 1_000;
    private static final int MAX_PATH_CHARACTERS = 4 * 1024 * 1024;

    private final JsonParser parser;
    private final boolean yaml;
    private final List<Document.Duplicate> duplicates = new ArrayList<>(0);
    private long duplicateCharacters;

    private DocumentReader(JsonParser parser) {
        this.parser = parser;
        yaml = parser instanceof YAMLParser;
    }

    /// Parses the whole input.
    static Document read(JsonParser parser) throws IOException {
        var reader = new DocumentReader(parser);
        if (parser.nextToken() == null) {
            return Document.of(MissingNode.getInstance());
        }
        JsonNode root = reader.value(null);
        if (parser.nextToken() != null) {
            throw ApiException.badRequest("invalid character after top-level value");
        }
        return new Document(root, reader.yaml, reader.duplicates, reader.duplicates.isEmpty() ? Map.of() : order(root));
    }

    /// The position of a value, converted to text only for a message.
    private record Place(@Nullable Place parent, String field, int index) {
        String text() {
            String above = parent == null ? "" : parent.text();
            return index >= 0 ? above + "[" + index + "]" : above.isEmpty() ? field : above + "." + field;
        }
    }

    private JsonNode value(@Nullable Place place) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(place);
            case START_ARRAY -> list(place);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT -> switch (parser.getNumberType()) {
                case INT -> NODES.numberNode(parser.getIntValue());
                case LONG -> NODES.numberNode(parser.getLongValue());
                case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getBigIntegerValue());
            };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_EMBEDDED_OBJECT -> NODES.pojoNode(parser.getEmbeddedObject());
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME -> throw ApiException.badRequest("unexpected " + parser.currentToken());
        };
    }

    private ObjectNode object(@Nullable Place place) throws IOException {
        ObjectNode object = NODES.objectNode();
        JsonNode merged = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            Place at = new Place(place, name, -1);
            int line = yaml ? parser.currentTokenLocation().getLineNr() : 0;
            if (object.has(name) && duplicates.size() < MAX_DUPLICATES && duplicateCharacters < MAX_PATH_CHARACTERS) {
                duplicateCharacters += at.text().length();
                duplicates.add(new Document.Duplicate(at.text(), yaml
                        ? "line " + line + ": key \"" + name + "\" already set in map"
                        : new FieldProblem(at.text()).duplicateMessage()));
            }
            parser.nextToken();
            JsonNode value = value(at);
            if (yaml && name.equals(MERGE)) {
                merged = value;
            } else {
                object.set(name, value);
            }
        }
        if (merged != null) {
            merge(object, merged);
        }
        return object;
    }

    private ArrayNode list(@Nullable Place place) throws IOException {
        ArrayNode list = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(new Place(place, "", list.size())));
        }
        return list;
    }

    private static void merge(ObjectNode object, JsonNode merged) {
        if (merged instanceof ArrayNode several) {
            several.forEach(one -> merge(object, one));
        } else {
            merged.properties().forEach(entry -> {
                if (!object.has(entry.getKey())) {
                    object.set(entry.getKey(), entry.getValue());
                }
            });
        }
    }

    /// Numbers the paths of fields in document order, until the paths are longer than [#MAX_PATH_CHARACTERS] together.
    private static Map<String, Integer> order(JsonNode root) {
        Map<String, Integer> order = new HashMap<>();
        number(root, "", order, MAX_PATH_CHARACTERS);
        return order;
    }

    /// @param left the number of characters left for paths
    /// @return the number left afterwards
    private static long number(JsonNode node, String path, Map<String, Integer> order, long left) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (left <= 0) {
                return 0;
            }
            String below = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            order.put(below, order.size());
            left = number(entry.getValue(), below, order, left - below.length());
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size() && left > 0; i++) {
                left = node.get(i).isContainerNode() ? number(node.get(i), path + "[" + i + "]", order, left - path.length()) : left;
            }
        }
        return left;
    }
}
