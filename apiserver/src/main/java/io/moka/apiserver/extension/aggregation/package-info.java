/// Aggregated API servers: an APIService assigns a group version to a service, and requests for it are passed on to that service.
///
/// - Group versions that this server serves itself have APIServices too, which the server creates and which are always available.
/// - The discovery document of each remote server is read periodically. While that fails, requests
///   are answered with 503 and discovery marks the group version as stale.
/// - The caller's identity is sent in headers, under a client certificate of the front-proxy authority. Such headers from the caller are dropped.
/// - No request waits for a remote server's discovery: discovery shows the last document that was read.
///
/// Upstream has a separate API server for this, in front of the others. Remote OpenAPI documents are not merged here.
///
/// Read `RemoteServices` first, then `AggregatingHandler`.
@NullMarked
package io.moka.apiserver.extension.aggregation;

import org.jspecify.annotations.NullMarked;
