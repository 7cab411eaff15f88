package io.moka.apiserver.core.fieldmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;

/// Computes the owners of an object's number of replicas, for its `scale` subresource.
public final class ScaleOwners {
    private ScaleOwners() {}

    /// Returns the `managedFields` of the Scale; empty when the number has no owner.
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
