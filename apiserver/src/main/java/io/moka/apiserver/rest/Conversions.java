package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.ResourceType;

/// Between the versions of a resource, by way of the form that is stored.
public final class Conversions {
    private Conversions() {}

    /// A new object of the other version.
    public static ObjectNode convert(ResourceType from, ResourceType to, ObjectNode object) {
        ObjectNode stored = StoredForms.store(from, object.deepCopy());
        return StoredForms.show(to, stored);
    }
}
