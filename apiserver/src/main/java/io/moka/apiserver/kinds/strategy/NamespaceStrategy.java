package io.moka.apiserver.kinds.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.List;

/// The strategy of namespaces: `spec` has a finalizer of its own, which the namespace controller removes when the namespace is empty.
public final class NamespaceStrategy implements Strategy {
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
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        label(updated);
    }

    @Override
    public List<Cause> validateStatusUpdate(ObjectNode updated, ObjectNode current) {
        String phase = Json.text(updated, "status", "phase");
        boolean deleted = !Json.text(updated, "metadata", "deletionTimestamp").isEmpty();
        if (phase.equals(deleted ? "Terminating" : "Active")) {
            return List.of();
        }
        String why = deleted ? "may only be 'Terminating' if `deletionTimestamp` is not empty" : "may only be 'Active' if `deletionTimestamp` is empty";
        return List.of(new Cause("FieldValueInvalid", "Invalid value: \"" + phase + "\": " + why, "status.Phase"));
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
