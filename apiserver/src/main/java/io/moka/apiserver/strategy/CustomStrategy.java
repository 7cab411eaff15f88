package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import java.util.Set;

/// Custom resources are all alike.
record CustomStrategy() implements Strategy {
    private static final Set<String> STATUS_WRITER_MAY_SET = Set.of("managedFields", "resourceVersion");

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    /// Who writes the status leaves all metadata as it is.
    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode current) {
        ObjectNode metadata = current.path("metadata").deepCopy();
        for (String field : STATUS_WRITER_MAY_SET) {
            JsonNode sent = updated.path("metadata").get(field);
            if (sent == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, sent);
            }
        }
        updated.set("metadata", metadata);
    }
}
