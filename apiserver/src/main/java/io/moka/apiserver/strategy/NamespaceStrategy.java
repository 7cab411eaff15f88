package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;

/// Namespaces carry a finalizer of their own in `spec`, which the namespace controller removes when nothing is left inside.
final class NamespaceStrategy implements Strategy {
    private static final String FINALIZER = "kubernetes";
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("phase", "Active");
        label(object);
        ArrayNode finalizers = Json.child(object, "spec").withArray("finalizers");
        for (JsonNode present : finalizers) {
            if (present.asText().equals(FINALIZER)) {
                return;
            }
        }
        finalizers.add(FINALIZER);
    }

    private static void label(ObjectNode object) {
        Json.child(Json.metadata(object), "labels").put(NAME_LABEL, Json.name(object));
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode current) {
        if (current.get("spec") instanceof ObjectNode spec) {
            updated.set("spec", spec.deepCopy());
        }
        label(updated);
    }

    @Override
    public boolean mayBeRemoved(ObjectNode current) {
        return current.path("spec").path("finalizers").isEmpty();
    }

    @Override
    public void markDeleted(ObjectNode current) {
        Json.child(current, "status").put("phase", "Terminating");
    }
}
