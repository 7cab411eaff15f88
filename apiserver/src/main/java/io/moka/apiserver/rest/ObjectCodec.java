package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import java.util.Map;

/// Between the tree that a request works on and the bytes that are stored.
final class ObjectCodec {
    private ObjectCodec() {}

    /// The bytes to store: no resourceVersion, and what readers look for first in front.
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

    /// Reads stored bytes, whether they carry a resourceVersion or not.
    static Versioned decode(ResourceType type, byte[] bytes, long revision) {
        return Versioned.of(StoredForms.show(type, Json.read(bytes)), revision);
    }
}
