package io.moka.apiserver.front.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.GroupVersionKind;
import io.moka.apiserver.core.schema.Schema;
import java.util.List;
import java.util.Objects;

/// Writes a custom kind's schema for OpenAPI, in the form in which upstream publishes it. Version 2 lacks many of its keywords, and kubectl
/// refuses unknown ones: there, values that version 2 cannot describe are left open.
record CustomDocument(Dialect dialect, Descriptions descriptions) {
    private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    /// A built-in kind from which the descriptions of `apiVersion`, `kind` and `metadata` are taken.
    private static final String ANY_KIND = "io.k8s.api.core.v1.ConfigMap";
    private static final List<String> NOT_IN_V2 = List.of("allOf", "anyOf", "oneOf", "not", "nullable", "x-kubernetes-validations");
    private static final String OPEN = "x-kubernetes-preserve-unknown-fields";

    ObjectNode of(Schema.Struct struct) {
        ObjectNode document = Objects.requireNonNull(struct.definition()).deepCopy();
        if (dialect == Dialect.V2 && (document.isEmpty() || document.path(OPEN).asBoolean())) {
            // no properties at all, not even those of every object: kubectl would call all other fields unknown
            document = Json.object().put("type", "object");
        } else {
            prepare(document, true);
            addHeader(document);
        }
        GroupVersionKind kind = Objects.requireNonNull(struct.kind());
        document.putArray("x-kubernetes-group-version-kind").addObject().put("group", kind.group()).put("kind", kind.kind()).put("version", kind.version());
        return document;
    }

    private void addHeader(ObjectNode document) {
        ObjectNode properties = Json.child(document, "properties");
        for (String name : List.of("apiVersion", "kind")) {
            properties.putObject(name).put("description", descriptions.ofField(ANY_KIND, name)).put("type", "string");
        }
        ObjectNode metadata = properties.putObject("metadata").put("description", descriptions.ofField(ANY_KIND, "metadata"));
        ObjectNode reference = dialect == Dialect.V2 ? metadata : metadata.putArray("allOf").addObject();
        reference.put("$ref", dialect.prefix + OBJECT_META);
    }

    private void prepare(JsonNode schema, boolean root) {
        if (!(schema instanceof ObjectNode object)) {
            return;
        }
        if (dialect == Dialect.V2) {
            boolean open = object.path(OPEN).asBoolean();
            boolean nullable = object.path("nullable").asBoolean();
            if (open || nullable) {
                object.remove(List.of("properties", "items"));
            }
            if (nullable || open && !root) {
                object.remove("type");
            }
            object.remove(NOT_IN_V2);
        }
        object.path("properties").forEach(property -> prepare(property, false));
        prepare(object.path("items"), false);
        prepare(object.path("additionalProperties"), false);
        if (object.path("x-kubernetes-embedded-resource").asBoolean() && !(dialect == Dialect.V2 && object.path(OPEN).asBoolean())) {
            addHeader(object);
        }
    }
}
