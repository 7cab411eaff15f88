package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.strategy.KeptMetadata;

/// The parts of a pod's spec that have subresources of their own.
enum PodPart {
    EPHEMERAL_CONTAINERS, RESIZE;

    static boolean isPart(String subresource) {
        return subresource.equals("ephemeralcontainers") || subresource.equals("resize");
    }

    static PodPart of(String subresource) {
        return subresource.equals("resize") ? RESIZE : EPHEMERAL_CONTAINERS;
    }

    /// Resets everything except this part to its state in the current object.
    void keepRest(ObjectNode updated, ObjectNode current) {
        ObjectNode sent = Json.child(updated, "spec").deepCopy();
        updated.set("spec", current.path("spec").deepCopy());
        updated.set("status", current.path("status").deepCopy());
        KeptMetadata.restore(updated, current);
        ObjectNode spec = Json.child(updated, "spec");
        switch (this) {
            case EPHEMERAL_CONTAINERS -> copy(sent, spec, "ephemeralContainers");
            case RESIZE -> {
                resize(sent.path("containers"), spec.path("containers"));
                resize(sent.path("initContainers"), spec.path("initContainers"));
            }
        }
    }

    private static void resize(JsonNode sent, JsonNode containers) {
        for (JsonNode container : containers) {
            for (JsonNode wanted : sent) {
                if (Json.text(wanted, "name").equals(Json.text(container, "name"))) {
                    copy(wanted, (ObjectNode) container, "resources");
                    copy(wanted, (ObjectNode) container, "resizePolicy");
                }
            }
        }
    }

    private static void copy(JsonNode from, ObjectNode to, String field) {
        JsonNode value = Json.present(from, field);
        if (value == null) {
            to.remove(field);
        } else {
            to.set(field, value);
        }
    }
}
