package io.moka.apiserver.kinds.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.strategy.Strategy;

/// The strategy of persistent volumes and claims, which start in a given phase.
public record VolumeStrategy(String firstPhase) implements Strategy {
    @Override
    public boolean returnsDeleted() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("phase", firstPhase);
    }
}
