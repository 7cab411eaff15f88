/// The way from the apiserver to the kubelets: container logs, exec, attach and port-forward.
///
/// - The kubelet's address and port come from the Node object, the container from the request or from the pod.
/// - We show the kubelet our client certificate, and check its own where an authority is configured.
/// - An upgraded connection is passed through unread, with back-pressure both ways.
///
/// Upstream translates WebSocket to SPDY on the way; here the kubelet speaks whatever the client speaks.
///
/// Read `KubeletProxy` first.
@NullMarked
package io.moka.apiserver.kubelet;

import org.jspecify.annotations.NullMarked;
