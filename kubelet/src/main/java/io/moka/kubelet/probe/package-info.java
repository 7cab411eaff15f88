/// Probes running containers, and runs their lifecycle hooks.
///
/// Promises:
/// - each probe has a thread of its own, which lives as long as its container instance and no longer;
/// - a first readiness answer comes as soon as the initial delay allows, not after a whole period;
/// - liveness and readiness wait until the startup probe has succeeded.
///
/// As upstream, redirects of HTTP probes are followed within the host; one that leads elsewhere is a success with a warning. gRPC probes
/// do not exist yet. Read [ContainerProbes] first.
@NullMarked
package io.moka.kubelet.probe;

import org.jspecify.annotations.NullMarked;
