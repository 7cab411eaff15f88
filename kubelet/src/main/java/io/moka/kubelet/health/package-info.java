/// The kubelet's health, computed from the progress of its loops whenever it is asked for.
///
/// Promises:
/// - nothing is latched: a check that has failed succeeds again as soon as its loop goes on;
/// - `/livez` and `/healthz` fail only for what a restart mends: a loop that is stuck. An engine or an apiserver that is away makes the kubelet not ready.
///
/// Upstream has the checks `ping`, `log` and `syncloop`, and no readiness of its own. Read [KubeletHealth] first.
@NullMarked
package io.moka.kubelet.health;

import org.jspecify.annotations.NullMarked;
