/// Answers health checks of load balancers at a service's `healthCheckNodePort`: whether this node has endpoints of the service.
///
/// Promises: the JSON, headers and codes are upstream's (`pkg/proxy/healthcheck`): 200 with at least one ready endpoint here and a proxy that keeps
/// up with changes, 503 otherwise. Read [HealthChecks] first.
@NullMarked
package io.moka.proxy.health;

import org.jspecify.annotations.NullMarked;
