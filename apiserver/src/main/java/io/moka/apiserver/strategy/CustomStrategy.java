package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Custom resources are all alike.
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
