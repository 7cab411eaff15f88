package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.storage.CachedObject;

/// Serves GET of one object from the cache, once the cache is as fresh as the request requires.
final class GetVerb {
    private final VerbContext context;

    GetVerb(VerbContext context) {
        this.context = context;
    }

    byte[] get(Exchange exchange, Target target) {
        ResourceVersions.of(exchange.query()).await(context.caches());
        CachedObject found = context.caches().of(target.type()).get(target.key());
        if (found == null) {
            throw target.notFound();
        }
        return StoredForms.differ(target.type()) ? Json.write(Representation.tree(target.type(), found.json())) : found.json();
    }
}
