package io.moka.apiserver.rest;

import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;

/// Which objects a request is about. Parts that do not apply are empty.
public record Target(ResourceType type, String namespace, String name, String subresource) {

    static Target of(ResourceType type, Exchange exchange) {
        var info = exchange.info();
        return new Target(type, type.namespaced() ? info.namespace() : "", info.name(), info.subresource());
    }

    Target named(String newName) {
        return new Target(type, namespace, newName, subresource);
    }

    /// The key below the resource's prefix.
    String key() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    /// The beginning of the keys that a list covers.
    String scope() {
        return namespace.isEmpty() ? "" : namespace + "/";
    }

    ApiException notFound() {
        return ApiException.notFound(type.group(), type.plural(), name);
    }

    ApiException alreadyExists() {
        return ApiException.alreadyExists(type.group(), type.plural(), name);
    }

    ApiException modified() {
        return ApiException.objectModified(type.group(), type.plural(), name);
    }

    ApiException conflict(String why) {
        return ApiException.conflict(type.group(), type.plural(), name, why);
    }
}
