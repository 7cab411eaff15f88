package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.ResourceType;
import java.util.List;

/// Between what is stored and what clients of a type see, where the two differ: events of the newer group, older versions, and versions
/// of custom resources.
final class StoredForms {
    private StoredForms() {}

    /// Whether stored bytes must be turned into something else before a client sees them.
    static boolean differ(ResourceType type) {
        return EventConversion.appliesTo(type) || !type.storedForm().shownAsStored();
    }

    static ObjectNode show(ResourceType type, ObjectNode stored) {
        return show(type, List.of(stored)).getFirst();
    }

    static List<ObjectNode> show(ResourceType type, List<ObjectNode> stored) {
        if (EventConversion.appliesTo(type)) {
            return stored.stream().map(event -> EventConversion.toEvents(event, type.groupVersion())).toList();
        }
        return type.storedForm().show(stored);
    }

    static ObjectNode store(ResourceType type, ObjectNode object) {
        return EventConversion.appliesTo(type) ? EventConversion.toCore(object) : type.storedForm().store(object);
    }
}
