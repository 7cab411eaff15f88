package io.moka.apiserver.kinds.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.strategy.Strategy;

/// The strategy of DaemonSets: counts changes of the template in an annotation that clients cannot
/// change. The controller copies the count to a label of the pods.
public final class DaemonSetStrategy implements Strategy {

    static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        Json.metadata(object).withObject("annotations").put(TEMPLATE_GENERATION, "1");
    }

    /// Counts a change of the template. A DaemonSet from before there was the annotation gets it with its next change.
    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode current) {
        var counted = current.path("metadata").path("annotations").path(TEMPLATE_GENERATION).asLong(0);
        if (!updated.path("spec").path("template").equals(current.path("spec").path("template"))) {
            counted++;
        }
        if (counted > 0) {
            Json.metadata(updated).withObject("annotations").put(TEMPLATE_GENERATION, Long.toString(counted));
        }
    }
}
