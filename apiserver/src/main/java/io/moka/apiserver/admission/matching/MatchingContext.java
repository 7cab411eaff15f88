package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectConverter;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.Caches;
import org.jspecify.annotations.Nullable;

/// The parts of the server that matching and expressions need beside the request itself.
///
/// @param versions converts between the versions of one resource
public record MatchingContext(Catalog catalog, SchemaRegistry schemas, Caches caches, Authorizer authorizer, ObjectConverter versions) {

    /// Returns a namespace from the cache. When it is missing there, waits for a fresh cache first, since it may just have been created.
    ///
    /// @throws ApiException 404 when the namespace does not exist
    public ObjectNode namespace(String name) {
        ResourceType namespaces = catalog.get("", "v1", "namespaces");
        ObjectNode found = caches.get(namespaces, "", name);
        if (found == null) {
            caches.awaitFresh();
            found = caches.get(namespaces, "", name);
        }
        if (found == null) {
            throw ApiException.notFound("", "namespaces", name);
        }
        return found;
    }

    /// Returns the namespace of a request's object; null when the object is in none, or is a namespace itself.
    public @Nullable ObjectNode namespaceOf(AdmissionRequest request) {
        return request.namespace().isEmpty() || request.isCore("namespaces") ? null : namespace(request.namespace());
    }
}
