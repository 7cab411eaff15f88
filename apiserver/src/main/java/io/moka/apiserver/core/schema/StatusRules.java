package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Validates counts in statuses: a part, such as ready replicas, cannot be greater than the whole.
final class StatusRules {

    private StatusRules() {
    }

    static void replicas(ObjectNode status, Path path, Causes causes) {
        partsOfReplicas(status, List.of("updatedReplicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"), path, causes);
        availableAreReady(status, "cannot be greater than readyReplicas", path, causes);
    }

    static void statefulReplicas(ObjectNode status, Path path, Causes causes) {
        partsOfReplicas(status, List.of("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"), path, causes);
        availableAreReady(status, "cannot be greater than status.readyReplicas", path, causes);
    }

    private static void partsOfReplicas(ObjectNode status, List<String> parts, Path path, Causes causes) {
        long replicas = CheckedFields.number(status, "replicas", 0);
        for (String part : parts) {
            if (CheckedFields.number(status, part, 0) > replicas) {
                causes.invalid(path.child(part), status.get(part), "cannot be greater than status.replicas");
            }
        }
    }

    private static void availableAreReady(ObjectNode status, String problem, Path path, Causes causes) {
        if (CheckedFields.number(status, "availableReplicas", 0) > CheckedFields.number(status, "readyReplicas", 0)) {
            causes.invalid(path.child("availableReplicas"), status.get("availableReplicas"), problem);
        }
    }
}
