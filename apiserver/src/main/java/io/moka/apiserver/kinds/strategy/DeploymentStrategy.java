package io.moka.apiserver.kinds.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.List;

/// The strategy of deployments. Annotations count as desired state, since they are copied to ReplicaSets. A status update may change them (the
/// controller sets the revision so), but not the labels.
public final class DeploymentStrategy implements Strategy {
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
