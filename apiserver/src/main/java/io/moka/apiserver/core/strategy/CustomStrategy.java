package io.moka.apiserver.core.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// The strategy of all custom resources.
record CustomStrategy() implements Strategy {
    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        KeptMetadata.restore(updated, current);
    }
}
