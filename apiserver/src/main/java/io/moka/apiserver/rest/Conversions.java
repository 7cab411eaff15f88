package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.matching.ObjectConverter;
import io.moka.apiserver.resource.ResourceType;

/// Between the versions of a resource, by way of the form that is stored.
public final class Conversions implements ObjectConverter {

    @Override
    public ObjectNode convert(ResourceType from, ResourceType to, ObjectNode object) {
        ObjectNode stored = StoredForms.store(from, object.deepCopy());
        return StoredForms.show(to, stored);
    }

    @Override
    public ObjectNode show(ResourceType type, ObjectNode stored) {
        return StoredForms.show(type, stored);
    }
}
