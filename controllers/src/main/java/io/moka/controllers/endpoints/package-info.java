/// Tells, for each Service with a selector, which pods stand behind it: as one Endpoints object (the old form) of the service's name.
///
/// Promises (the rules of endpoints):
/// - a service with a selector gets endpoints; one without gets none made for it, and those that a user made are left alone;
/// - service deleted → its endpoints are deleted; created or updated → they are computed anew;
/// - pod events → computed anew; ready pods' addresses are recorded as ready, the others as not ready.
///
/// Follows upstream's `pkg/controller/endpoint`. Read [EndpointsReconciler].
@NullMarked
package io.moka.controllers.endpoints;

import org.jspecify.annotations.NullMarked;
