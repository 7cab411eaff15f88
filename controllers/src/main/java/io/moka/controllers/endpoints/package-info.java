/// Writes for each Service with a selector the addresses of its pods, as one Endpoints object (the old form) with the service's name.
///
/// Promises (the rules of endpoints):
/// - a service with a selector gets endpoints; for a service without a selector none are created, and those that a user created are not changed;
/// - service deleted → its endpoints are deleted; created or updated → they are computed anew;
/// - pod events → computed anew; ready pods' addresses are recorded as ready, the others as not ready.
///
/// Follows upstream's `pkg/controller/endpoint`. Read [EndpointsReconciler].
@NullMarked
package io.moka.controllers.endpoints;

import org.jspecify.annotations.NullMarked;
