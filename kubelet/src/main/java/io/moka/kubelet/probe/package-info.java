/// Asks running containers how they are, and runs their lifecycle hooks.
///
/// Promises:
/// - each probe has a thread of its own, which lives as long as its container instance and no longer;
/// - a first readiness answer comes as soon as the initial delay allows, not after a whole period;
/// - liveness and readiness wait until the startup probe has succeeded.
///
/// Upstream follows redirects of HTTP probes within a host; here any status from 200 to 399 is a success as it is. gRPC probes do not
/// exist yet. Read [ContainerProbes] first.
@NullMarked
package io.moka.kubelet.probe;

import org.jspecify.annotations.NullMarked;
