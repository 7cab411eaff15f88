package io.moka.apiserver.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;

/// The owners of an object's number of replicas, as its `scale` subresource shows them.
public final class ScaleOwners {
    private ScaleOwners() {}

    /// The `managedFields` of the Scale; empty when nobody owns the number.
    public static ArrayNode of(ObjectNode object) {
        ArrayNode owners = Json.object().arrayNode();
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            if (entry.path("fieldsV1").path("f:spec").has("f:replicas")) {
                ObjectNode owner = owners.addObject();
                entry.properties().forEach(field -> owner.set(field.getKey(), field.getValue()));
                owner.put("apiVersion", "autoscaling/v1");
                owner.putObject("fieldsV1").putObject("f:spec").putObject("f:replicas");
            }
        }
        return owners;
    }
}
