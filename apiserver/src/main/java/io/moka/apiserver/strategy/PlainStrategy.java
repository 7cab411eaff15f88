package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// The kinds whose only peculiarities are these.
///
/// @param statusOnly whether who writes the status leaves all metadata as it is
record PlainStrategy(boolean hasGeneration, List<String> countedMetadata, boolean createsOnUpdate, boolean updatesUnconditionally, boolean statusOnly) implements Strategy {
    static final PlainStrategy PLAIN = new PlainStrategy(false, List.of(), false, true, false);

    PlainStrategy withGeneration(String... countedMetadata) {
        return new PlainStrategy(true, List.of(countedMetadata), createsOnUpdate, updatesUnconditionally, statusOnly);
    }

    PlainStrategy creatingOnUpdate() {
        return new PlainStrategy(hasGeneration, countedMetadata, true, updatesUnconditionally, statusOnly);
    }

    PlainStrategy updatingConditionally() {
        return new PlainStrategy(hasGeneration, countedMetadata, createsOnUpdate, false, statusOnly);
    }

    PlainStrategy writingStatusOnly() {
        return new PlainStrategy(hasGeneration, countedMetadata, createsOnUpdate, updatesUnconditionally, true);
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        if (statusOnly) {
            KeptMetadata.restore(updated, current);
        }
    }
}
