package io.moka.apiserver.rest;

import io.moka.apiserver.http.Exchange;

/// Serves what stands below an object's name in a path.
@FunctionalInterface
interface Subresource {

    void handle(Exchange exchange, Target target);
}
