package io.moka.apiserver.core.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Converts objects between the versions of a resource.
public interface ObjectConverter {

    /// Returns a new object of the other version; may call a conversion webhook.
    ObjectNode convert(ResourceType from, ResourceType to, ObjectNode object);

    /// Returns a stored object as clients of the type see it.
    ObjectNode show(ResourceType type, ObjectNode stored);
}
