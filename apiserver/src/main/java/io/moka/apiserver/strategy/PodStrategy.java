package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;

/// Pods begin Pending, know their quality of service, and are deleted in two steps: first they are told, then they are gone.
final class PodStrategy implements Strategy {
    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public boolean returnsDeleted() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("phase", "Pending").put("qosClass", QosClass.of(object.path("spec")));
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode current) {
        if (current.get("status") instanceof ObjectNode status) {
            updated.set("status", status.deepCopy());
        }
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        String qosClass = Json.text(current, "status", "qosClass");
        if (!qosClass.isEmpty()) {
            Json.child(updated, "status").put("qosClass", qosClass);
        }
    }

    /// What was asked for or else the pod's own period; at once when no kubelet has it, or when it has ended.
    @Override
    public long gracePeriodSeconds(ObjectNode current, long askedSeconds) {
        if (Json.text(current, "spec", "nodeName").isEmpty()) {
            return 0;
        }
        String phase = Json.text(current, "status", "phase");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return 0;
        }
        return askedSeconds >= 0 ? askedSeconds : current.path("spec").path("terminationGracePeriodSeconds").asLong(30);
    }
}
