package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;

/// The resource, namespace, name and subresource that a request addresses. Parts that do not apply are empty.
public record Target(ResourceType type, String namespace, String name, String subresource) {

    static Target of(ResourceType type, Exchange exchange) {
        var info = exchange.info();
        return new Target(type, type.namespaced() ? info.namespace() : "", info.name(), info.subresource());
    }

    Target named(String newName) {
        return new Target(type, namespace, newName, subresource);
    }

    /// Returns the object's key below the resource's prefix.
    String key() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    /// Returns the prefix of the keys that a list covers.
    String scope() {
        return namespace.isEmpty() ? "" : namespace + "/";
    }

    public ApiException notFound() {
        return ApiException.notFound(type.group(), type.plural(), name);
    }

    ApiException alreadyExists() {
        return ApiException.alreadyExists(type.group(), type.plural(), name);
    }

    public ApiException modified() {
        return ApiException.objectModified(type.group(), type.plural(), name);
    }

    public ApiException conflict(String why) {
        return ApiException.conflict(type.group(), type.plural(), name, why);
    }
}
