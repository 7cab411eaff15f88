package io.moka.apiserver.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/// For writers of a part of an object who may not change what is said about the whole, such as its labels and owners.
public final class KeptMetadata {
    private static final Set<String> ANYBODY_MAY_SET = Set.of("managedFields", "resourceVersion");

    private KeptMetadata() {}

    /// Sets metadata back to what it was.
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
