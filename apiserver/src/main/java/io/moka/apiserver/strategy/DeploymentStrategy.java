package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import java.util.List;

/// Deployments pass their annotations on to ReplicaSets, so these are wishes too. Who writes the status may set them (the controller notes the
/// revision so), but no labels.
final class DeploymentStrategy implements Strategy {
    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public List<String> countedMetadata() {
        return List.of("annotations");
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        if (current.path("metadata").get("labels") instanceof ObjectNode labels) {
            Json.metadata(updated).set("labels", labels.deepCopy());
        } else {
            Json.metadata(updated).remove("labels");
        }
    }
}
