package io.moka.apiserver.front.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// Writes OpenAPI v2 in the binary form that kubectl up to 1.28, and older Go clients, require.
///
/// The field numbers are those of gnostic's `OpenAPIv2.proto`; values of any shape (defaults, extensions) are encoded as YAML
/// text, of which JSON is a subset. Only documents that [OpenApi#v2] writes are supported.
final class BinaryDocument {

    private static final Map<String, Integer> METHODS = Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "patch", 8);

    /// Collects the fields; an inner message is first written to a document of its own, as its length comes before it.
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    private BinaryDocument() {
    }

    /// Writes the content of one message.
    @FunctionalInterface
    private interface Content {
        void writeTo(BinaryDocument message) throws IOException;
    }

    static byte[] of(JsonNode document) {
        try {
            return message(root -> {
                root.text(1, document.path("swagger"));
                root.inner(2, info -> {
                    info.text(1, document.path("info").path("title"));
                    info.text(2, document.path("info").path("version"));
                });
                root.inner(8, paths -> paths.named(2, document.path("paths"), BinaryDocument::path));
                root.inner(9, definitions -> definitions.named(1, document.path("definitions"), BinaryDocument::schema));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] message(Content content) throws IOException {
        BinaryDocument message = new BinaryDocument();
        content.writeTo(message);
        message.out.flush();
        return message.bytes.toByteArray();
    }

    private void inner(int field, Content content) throws IOException {
        out.writeBytes(field, ByteString.copyFrom(message(content)));
    }

    private void text(int field, JsonNode value) throws IOException {
        if (value.isTextual()) {
            out.writeString(field, value.textValue());
        }
    }

    private void flag(int field, JsonNode value) throws IOException {
        if (value.asBoolean()) {
            out.writeBool(field, true);
        }
    }

    private void texts(int field, JsonNode values) throws IOException {
        for (JsonNode value : values) {
            out.writeString(field, value.asText());
        }
    }

    /// Writes the value of one entry.
    @FunctionalInterface
    private interface Entry {
        void write(BinaryDocument message, JsonNode value) throws IOException;
    }

    /// Writes a map as a list of names with values.
    private void named(int field, JsonNode map, Entry entry) throws IOException {
        for (Map.Entry<String, JsonNode> element : map.properties()) {
            inner(field, pair -> {
                pair.out.writeString(1, element.getKey());
                pair.inner(2, value -> entry.write(value, element.getValue()));
            });
        }
    }

    private void any(int field, JsonNode value) throws IOException {
        inner(field, any -> any.out.writeString(2, value.toString()));
    }

    private void extensions(int field, JsonNode owner) throws IOException {
        for (Map.Entry<String, JsonNode> element : owner.properties()) {
            if (element.getKey().startsWith("x-")) {
                inner(field, pair -> {
                    pair.out.writeString(1, element.getKey());
                    pair.any(2, element.getValue());
                });
            }
        }
    }

    private static void path(BinaryDocument message, JsonNode path) throws IOException {
        for (Map.Entry<String, JsonNode> element : path.properties()) {
            Integer method = METHODS.get(element.getKey());
            if (method != null) {
                message.inner(method, operation -> operation(operation, element.getValue()));
            }
        }
        message.parameters(9, path.path("parameters"));
    }

    private static void operation(BinaryDocument message, JsonNode operation) throws IOException {
        message.texts(1, operation.path("tags"));
        message.text(5, operation.path("operationId"));
        message.parameters(8, operation.path("parameters"));
        message.inner(9, responses -> responses.named(1, operation.path("responses"), BinaryDocument::response));
        message.extensions(13, operation);
    }

    private static void response(BinaryDocument message, JsonNode response) throws IOException {
        message.inner(1, body -> {
            body.text(1, response.path("description"));
            if (response.has("schema")) {
                body.inner(2, item -> item.inner(1, schema -> schema(schema, response.get("schema"))));
            }
        });
    }

    private void parameters(int field, JsonNode parameters) throws IOException {
        for (JsonNode parameter : parameters) {
            inner(field, item -> item.inner(1, kind -> parameter(kind, parameter)));
        }
    }

    private static void parameter(BinaryDocument message, JsonNode parameter) throws IOException {
        switch (parameter.path("in").asText()) {
            case "body" -> message.inner(1, body -> {
                body.text(2, parameter.path("name"));
                body.text(3, parameter.path("in"));
                body.flag(4, parameter.path("required"));
                body.inner(5, schema -> schema(schema, parameter.path("schema")));
            });
            case "path" -> message.inner(2, other -> other.inner(4, path -> plain(path, parameter, 5, 19)));
            default -> message.inner(2, other -> other.inner(3, query -> plain(query, parameter, 6, 20)));
        }
    }

    private static void plain(BinaryDocument message, JsonNode parameter, int type, int unique) throws IOException {
        message.flag(1, parameter.path("required"));
        message.text(2, parameter.path("in"));
        message.text(4, parameter.path("name"));
        message.text(type, parameter.path("type"));
        message.flag(unique, parameter.path("uniqueItems"));
    }

    private static void schema(BinaryDocument message, JsonNode schema) throws IOException {
        message.text(1, schema.path("$ref"));
        message.text(2, schema.path("format"));
        message.text(4, schema.path("description"));
        if (schema.has("default")) {
            message.any(5, schema.get("default"));
        }
        message.texts(19, schema.path("required"));
        for (JsonNode value : schema.path("enum")) {
            message.any(20, value);
        }
        if (schema.has("additionalProperties")) {
            message.inner(21, item -> item.inner(1, values -> schema(values, schema.get("additionalProperties"))));
        }
        if (schema.has("type")) {
            message.inner(22, type -> type.texts(1, toList(schema.get("type"))));
        }
        if (schema.has("items")) {
            message.inner(23, item -> item.inner(1, element -> schema(element, schema.get("items"))));
        }
        if (schema.has("properties")) {
            message.inner(25, properties -> properties.named(1, schema.get("properties"), BinaryDocument::schema));
        }
        message.extensions(31, schema);
    }

    private static JsonNode toList(JsonNode value) {
        return JsonNodeFactory.instance.arrayNode().addAll(List.of(value));
    }
}
