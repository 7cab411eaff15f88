/// The `proxy` subresources: any HTTP request, passed on to a pod, to one of a service's endpoints, or to a node's kubelet.
///
/// - Requests keep their method, headers and body; what belongs to the hop or proves the caller's identity stays here.
/// - Answers are streamed with back-pressure; pages of HTML are rewritten so that their links lead through the proxy.
/// - An upgraded connection is passed through unread.
/// - Loopback and link-local addresses are never called, whatever a pod's status says.
///
/// Upstream does the same in its upgrade-aware proxy handler and proxy transport.
///
/// Read `ProxySubresource` first.
@NullMarked
package io.moka.apiserver.proxy;

import org.jspecify.annotations.NullMarked;
