/// Other API servers behind this one: an APIService gives a group version to a service, and requests for it are passed on there.
///
/// - Group versions that this server serves itself have APIServices too, which it makes and which are always available.
/// - A remote one is asked for its discovery again and again; while it does not answer, requests are answered with 503 and discovery calls it stale.
/// - Who calls is told in headers, under a client certificate of the front-proxy authority. What callers say of that themselves is dropped.
/// - No request waits for a remote server's discovery: it is read by the prober, and shown as it was last read.
///
/// Upstream has an API server of its own for this, in front of the others. Remote OpenAPI documents are not merged here.
///
/// Read `RemoteServices` first, then `AggregatingHandler`.
@NullMarked
package io.moka.apiserver.aggregation;

import org.jspecify.annotations.NullMarked;
