/// The kubelet's own API: the apiserver calls it for logs, exec, attach and port-forward, and metrics collectors call it for metrics.
///
/// Promises:
/// - only TLS; everything but health asks for a client certificate of the authority for kubelets' clients, of the apiserver or of a member of `system:masters`;
/// - event loops never block: each call has a virtual thread, and a slow reader slows down only the stream that it reads;
/// - exec and attach speak every `channel.k8s.io` protocol over WebSocket, from the oldest to v5, and `v4.channel.k8s.io` over SPDY, as
///   kubectl does up to 1.30; port forwarding is SPDY, in a WebSocket or without, or `v4.channel.k8s.io` over a WebSocket.
///
/// Upstream also asks the apiserver whether a caller is allowed, and speaks the older protocols of SPDY. Read [KubeletServer] first.
@NullMarked
package io.moka.kubelet.server;

import org.jspecify.annotations.NullMarked;
