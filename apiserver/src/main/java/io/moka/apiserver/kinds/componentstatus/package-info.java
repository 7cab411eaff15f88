/// Serves `ComponentStatus`: the health of scheduler, controller manager and etcd, probed on request.
///
/// - There are no background probes and no cache; a request probes all components at the same time.
/// - A component that does not answer within ten seconds is unhealthy; the answer to the client says why.
/// - Certificates are not checked: a probe carries no secret, and nothing is changed because of its result.
///
/// Upstream asks scheduler and controller manager at fixed ports; here two flags name them, since several clusters may share a machine.
/// It shows one entry for each etcd server; here etcd is asked as a whole.
///
/// Read [Components] first.
@NullMarked
package io.moka.apiserver.kinds.componentstatus;

import org.jspecify.annotations.NullMarked;
