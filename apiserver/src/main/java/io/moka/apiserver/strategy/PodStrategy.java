package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.schema.Cause;
import java.util.ArrayList;
import java.util.List;

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
    public List<Cause> validateCreate(ObjectNode object) {
        JsonNode spec = object.path("spec");
        List<Cause> causes = new ArrayList<>(0);
        if (!spec.path("ephemeralContainers").isEmpty()) {
            causes.add(new Cause("FieldValueForbidden", "Forbidden: cannot be set on create", "spec.ephemeralContainers"));
        }
        if (!spec.path("schedulingGates").isEmpty() && !Json.text(spec, "nodeName").isEmpty()) {
            causes.add(new Cause("FieldValueForbidden", "Forbidden: cannot be set until all schedulingGates have been cleared", "spec.nodeName"));
        }
        return causes;
    }

    /// A pod keeps its quality of service, which only a resize could change.
    @Override
    public List<Cause> validateUpdate(ObjectNode updated, ObjectNode current) {
        String after = QosClass.of(updated.path("spec"));
        return after.equals(QosClass.of(current.path("spec"))) ? List.of()
                : List.of(new Cause("FieldValueInvalid", "Invalid value: \"" + after + "\": Pod QOS Class may not change as a result of resizing", "spec"));
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode current) {
        if (current.get("status") instanceof ObjectNode status) {
            updated.set("status", status.deepCopy());
        }
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        JsonNode owners = current.path("metadata").get("ownerReferences");
        if (owners == null) {
            Json.metadata(updated).remove("ownerReferences");
        } else {
            Json.metadata(updated).set("ownerReferences", owners);
        }
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
        long own = current.path("spec").path("terminationGracePeriodSeconds").asLong(30);
        return askedSeconds >= 0 ? askedSeconds : own < 0 ? 1 : own;
    }
}
