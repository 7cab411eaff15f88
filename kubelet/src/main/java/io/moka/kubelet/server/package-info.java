/// The kubelet's own API, which the apiserver calls for logs, exec, attach and port-forward, and whoever collects metrics.
///
/// Promises:
/// - only TLS; everything but health asks for a client certificate of the cluster's authority whose group is `system:masters`;
/// - event loops never block: each call has a virtual thread, and a slow reader slows down what it reads, nothing else;
/// - exec and attach speak every `channel.k8s.io` protocol over WebSocket, from the oldest to v5, and `v4.channel.k8s.io` over SPDY, as
///   kubectl does up to 1.30; port forwarding is SPDY, in a WebSocket or without, or `v4.channel.k8s.io` over a WebSocket.
///
/// Upstream also asks the apiserver who may call, and speaks the older protocols of SPDY. Read [KubeletServer] first.
@NullMarked
package io.moka.kubelet.server;

import org.jspecify.annotations.NullMarked;
