package io.moka.apiserver.matching;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.ResourceType;

/// Between versions of one resource.
public interface ObjectConverter {

    /// A new object of the other version; may ask a webhook.
    ObjectNode convert(ResourceType from, ResourceType to, ObjectNode object);

    /// An object as its type shows it, from what is stored.
    ObjectNode show(ResourceType type, ObjectNode stored);
}
