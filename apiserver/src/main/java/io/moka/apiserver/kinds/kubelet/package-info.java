/// The connection from the apiserver to the kubelets: container logs, exec, attach and port-forward.
///
/// - The kubelet's address and port come from the Node object, the container from the request or from the pod.
/// - The server shows the kubelet its client certificate, and checks the kubelet's own where an authority is configured.
/// - The bytes of an upgraded connection are passed on unchanged, with back-pressure both ways.
///
/// Upstream translates WebSocket to SPDY; here the kubelet speaks the client's protocol.
///
/// Read `KubeletProxy` first.
@NullMarked
package io.moka.apiserver.kinds.kubelet;

import org.jspecify.annotations.NullMarked;
