package io.moka.apiserver.matching;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.authz.Authorizer;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.schema.SchemaRegistry;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.storage.Caches;
import org.jspecify.annotations.Nullable;

/// What matching and expressions need to know beside the request itself.
///
/// @param versions between versions of one resource
public record Cluster(Catalog catalog, SchemaRegistry schemas, Caches caches, Authorizer authorizer, ObjectConverter versions) {

    /// A namespace as it is known here; one that was made a moment ago may not be in the cache yet.
    ///
    /// @throws ApiException 404 when there is none
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

    /// The namespace that a request's object is in; null when it is in none, or is a namespace itself.
    public @Nullable ObjectNode namespaceOf(AdmissionRequest request) {
        return request.namespace().isEmpty() || request.isCore("namespaces") ? null : namespace(request.namespace());
    }
}
