package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.CustomType;
import io.moka.apiserver.resource.ResourceType;
import java.util.List;

/// Between what is stored and what clients of a type see, where the two differ: events of the newer group, and versions of custom resources.
final class StoredForms {
    private StoredForms() {}

    /// Whether stored bytes must be turned into something else before a client sees them.
    static boolean differ(ResourceType type) {
        CustomType custom = type.custom();
        return EventConversion.appliesTo(type) || custom != null && !custom.storedForm().shownAsStored();
    }

    static ObjectNode show(ResourceType type, ObjectNode stored) {
        return show(type, List.of(stored)).getFirst();
    }

    static List<ObjectNode> show(ResourceType type, List<ObjectNode> stored) {
        if (EventConversion.appliesTo(type)) {
            return stored.stream().map(EventConversion::toEventsV1).toList();
        }
        CustomType custom = type.custom();
        return custom == null || custom.storedForm().shownAsStored() ? stored : custom.storedForm().show(stored);
    }

    static ObjectNode store(ResourceType type, ObjectNode object) {
        if (EventConversion.appliesTo(type)) {
            return EventConversion.toCore(object);
        }
        CustomType custom = type.custom();
        return custom == null ? object : custom.storedForm().store(object);
    }
}
