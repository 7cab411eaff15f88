package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.List;

/// Converts stored objects to the objects that clients of a type see, where the two differ: for events of the newer group, older versions, and versions
/// of custom resources.
public final class StoredForms {
    private StoredForms() {}

    /// Whether stored bytes must be converted before a client sees them.
    static boolean differ(ResourceType type) {
        return EventConversion.appliesTo(type) || !type.storedForm().shownAsStored();
    }

    public static ObjectNode show(ResourceType type, ObjectNode stored) {
        return show(type, List.of(stored)).getFirst();
    }

    public static List<ObjectNode> show(ResourceType type, List<ObjectNode> stored) {
        if (EventConversion.appliesTo(type)) {
            return stored.stream().map(event -> EventConversion.toEvents(event, type.groupVersion())).toList();
        }
        return type.storedForm().show(stored);
    }

    public static ObjectNode store(ResourceType type, ObjectNode object) {
        return EventConversion.appliesTo(type) ? EventConversion.toCore(object) : type.storedForm().store(object);
    }
}
