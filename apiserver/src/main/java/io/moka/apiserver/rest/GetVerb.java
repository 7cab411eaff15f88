package io.moka.apiserver.rest;

import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.storage.CachedObject;

/// GET of one object, from the cache, once the cache is as fresh as asked.
final class GetVerb {
    private final Registry registry;

    GetVerb(Registry registry) {
        this.registry = registry;
    }

    byte[] get(Exchange exchange, Target target) {
        ResourceVersions.of(exchange.query()).await(registry.caches());
        CachedObject found = registry.caches().of(target.type()).get(target.key());
        if (found == null) {
            throw target.notFound();
        }
        return StoredForms.differ(target.type()) ? Json.write(Representation.tree(target.type(), found.json())) : found.json();
    }
}
