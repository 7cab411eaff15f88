package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.ObjectConverter;
import io.moka.apiserver.core.resource.ResourceType;

/// Converts objects between the versions of a resource, by way of the stored form.
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
