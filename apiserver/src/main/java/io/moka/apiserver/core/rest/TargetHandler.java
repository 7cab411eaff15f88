package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.request.Exchange;

/// Serves one subresource of objects, such as `pods/eviction`, or a resource whose objects are not stored, such as reviews.
@FunctionalInterface
public interface TargetHandler {
    /// Answers the request.
    ///
    /// @throws io.moka.apiserver.core.status.ApiException the error to answer with
    void handle(Exchange exchange, Target target);
}
