package io.moka.apiserver.kinds.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.schema.Cause;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;

/// The strategy of pods: they start as Pending, have a quality of service, and are deleted in two steps: they are first marked and then removed.
public final class PodStrategy implements Strategy {
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
        ObjectNode status = object.putObject("status").put("phase", "Pending").put("qosClass", QosClass.of(object.path("spec")));
        if (!object.path("spec").path("schedulingGates").isEmpty()) {
            status.putArray("conditions").addObject().put("type", "PodScheduled").put("status", "False").put("reason", "SchedulingGated")
                    .put("message", "Scheduling is blocked due to non-empty scheduling gates");
        }
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

    /// Requires that the quality of service stays the same; only a resize could change it.
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

    /// Returns the requested period or else the pod's own; 0 when the pod is on no node, or has ended.
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
