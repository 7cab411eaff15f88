package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.Map;

/// Encodes objects to the bytes that are stored, and decodes them.
final class ObjectCodec {
    private ObjectCodec() {}

    /// Returns the bytes to store: without a resourceVersion, and with the fields first that readers look for first.
    static byte[] encode(ResourceType type, ObjectNode object) {
        ObjectNode stored = StoredForms.store(type, object);
        ObjectNode ordered = Json.object();
        ordered.set("kind", stored.get("kind"));
        ordered.set("apiVersion", stored.get("apiVersion"));
        ordered.set("metadata", withoutRevision(stored.get("metadata")));
        for (Map.Entry<String, JsonNode> field : stored.properties()) {
            ordered.putIfAbsent(field.getKey(), field.getValue());
        }
        return Json.write(ordered);
    }

    private static ObjectNode withoutRevision(JsonNode metadata) {
        ObjectNode copy = Json.object();
        for (Map.Entry<String, JsonNode> field : metadata.properties()) {
            if (!field.getKey().equals("resourceVersion") && !field.getKey().equals("selfLink")) {
                copy.set(field.getKey(), field.getValue());
            }
        }
        return copy;
    }

    /// Decodes stored bytes, with or without a resourceVersion.
    static Versioned decode(ResourceType type, byte[] bytes, long revision) {
        return Versioned.of(StoredForms.show(type, Json.read(bytes)), revision);
    }
}
