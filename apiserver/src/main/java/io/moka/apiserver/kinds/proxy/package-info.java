/// The `proxy` subresources: pass any HTTP request on to a pod, to one of a service's endpoints, or to a node's kubelet.
///
/// - Requests keep their method, headers and body, except for hop-by-hop headers and the caller's credentials.
/// - Answers are streamed with back-pressure; HTML pages are rewritten so that their links lead through the proxy.
/// - The bytes of an upgraded connection are passed on unchanged.
/// - Loopback and link-local addresses are never called, whatever a pod's status says.
///
/// Upstream does the same in its upgrade-aware proxy handler and proxy transport.
///
/// Read `ProxySubresource` first.
@NullMarked
package io.moka.apiserver.kinds.proxy;

import org.jspecify.annotations.NullMarked;
