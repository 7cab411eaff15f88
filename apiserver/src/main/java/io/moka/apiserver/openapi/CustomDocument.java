package io.moka.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.GroupVersionKind;
import io.moka.apiserver.schema.Schema;
import java.util.List;
import java.util.Objects;

/// A custom kind's schema as OpenAPI shows it. Version 2 has no word for much of it, and old kubectls refuse what they do not understand:
/// there, what cannot be said is left open.
final class CustomDocument {
    private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    private static final List<String> NOT_IN_V2 = List.of("allOf", "anyOf", "oneOf", "not", "nullable", "x-kubernetes-validations");
    private static final String API_VERSION = "The version of the schema that this object follows, such as `v1` or `apps/v1`.";
    private static final String KIND = "The kind of this object, which tells what its fields mean. It cannot be changed.";

    private CustomDocument() {}

    static ObjectNode of(Schema.Struct struct, Dialect dialect) {
        ObjectNode document = Objects.requireNonNull(struct.definition()).deepCopy();
        prepare(document, dialect);
        addHeader(document, dialect);
        GroupVersionKind kind = Objects.requireNonNull(struct.kind());
        document.putArray("x-kubernetes-group-version-kind").addObject().put("group", kind.group()).put("kind", kind.kind()).put("version", kind.version());
        return document;
    }

    private static void addHeader(ObjectNode document, Dialect dialect) {
        ObjectNode properties = Json.child(document, "properties");
        properties.putObject("apiVersion").put("description", API_VERSION).put("type", "string");
        properties.putObject("kind").put("description", KIND).put("type", "string");
        ObjectNode metadata = properties.putObject("metadata").put("description", "Standard object's metadata.");
        ObjectNode reference = dialect == Dialect.V2 ? metadata : metadata.putArray("allOf").addObject();
        reference.put("$ref", dialect.prefix + OBJECT_META);
    }

    private static void prepare(JsonNode schema, Dialect dialect) {
        if (!(schema instanceof ObjectNode object)) {
            return;
        }
        if (dialect == Dialect.V2) {
            if (object.path("nullable").asBoolean() || object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
                object.remove(List.of("properties", "items"));
            }
            if (object.path("nullable").asBoolean()) {
                object.remove("type");
            }
            object.remove(NOT_IN_V2);
        }
        object.path("properties").forEach(property -> prepare(property, dialect));
        prepare(object.path("items"), dialect);
        prepare(object.path("additionalProperties"), dialect);
        if (object.path("x-kubernetes-embedded-resource").asBoolean()) {
            addHeader(object, dialect);
        }
    }
}
