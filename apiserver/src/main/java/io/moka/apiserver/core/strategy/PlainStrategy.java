package io.moka.apiserver.core.strategy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// The strategy of kinds that differ from the default only in these flags.
///
/// @param statusOnly whether a status update leaves all metadata unchanged
public record PlainStrategy(boolean hasGeneration, List<String> countedMetadata, boolean createsOnUpdate, boolean updatesUnconditionally, boolean statusOnly, boolean orphansDependents) implements Strategy {
    public static final PlainStrategy PLAIN = new PlainStrategy(false, List.of(), false, true, false, false);

    public PlainStrategy withGeneration(String... countedMetadata) {
        return new PlainStrategy(true, List.of(countedMetadata), createsOnUpdate, updatesUnconditionally, statusOnly, orphansDependents);
    }

    public PlainStrategy creatingOnUpdate() {
        return new PlainStrategy(hasGeneration, countedMetadata, true, updatesUnconditionally, statusOnly, orphansDependents);
    }

    public PlainStrategy updatingConditionally() {
        return new PlainStrategy(hasGeneration, countedMetadata, createsOnUpdate, false, statusOnly, orphansDependents);
    }

    public PlainStrategy writingStatusOnly() {
        return new PlainStrategy(hasGeneration, countedMetadata, createsOnUpdate, updatesUnconditionally, true, orphansDependents);
    }

    public PlainStrategy orphaningDependents() {
        return new PlainStrategy(hasGeneration, countedMetadata, createsOnUpdate, updatesUnconditionally, statusOnly, true);
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        if (statusOnly) {
            KeptMetadata.restore(updated, current);
        }
    }
}
