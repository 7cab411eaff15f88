/// The kubelet's own API, which the apiserver calls for logs, exec, attach and port-forward, and whoever collects metrics.
///
/// Promises:
/// - only TLS; everything but health asks for a client certificate of the cluster's authority whose group is `system:masters`;
/// - event loops never block: each call has a virtual thread, and a slow reader slows down what it reads, nothing else;
/// - exec and attach speak `v5.channel.k8s.io` and `v4.channel.k8s.io` over WebSocket, as kubectl does from 1.31 on, and
///   `v4.channel.k8s.io` over SPDY, as older ones do; port forwarding is SPDY, in a WebSocket or without.
///
/// Upstream also asks the apiserver who may call, and speaks the older protocols of each. Read [KubeletServer] first.
@NullMarked
package io.moka.kubelet.server;

import org.jspecify.annotations.NullMarked;
