package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Volumes and claims begin in a phase.
record VolumeStrategy(String firstPhase) implements Strategy {
    @Override
    public boolean returnsDeleted() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        object.putObject("status").put("phase", firstPhase);
    }
}
