package io.moka.apiserver.core.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/// Keeps the metadata that an update of a part of an object may not change, such as labels and owners.
public final class KeptMetadata {
    private static final Set<String> ANYBODY_MAY_SET = Set.of("managedFields", "resourceVersion");

    private KeptMetadata() {}

    /// Sets the metadata back to the current object's, except for the fields that any update may change.
    public static void restore(ObjectNode updated, ObjectNode current) {
        ObjectNode metadata = current.path("metadata").deepCopy();
        for (String field : ANYBODY_MAY_SET) {
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
