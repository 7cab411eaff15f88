/// Chapter 2: what a request passes before a verb serves it, and the paths beside the resources.
///
/// - `http` accepts connections and runs each request through its steps: authentication (`authn`), the audit log (`audit`), authorization (`authz`), flow
///   control (`flowcontrol`).
/// - `discovery` answers which resources there are, and whether the server is healthy; `openapi` describes their schemas.
/// - `certificates` reads certificate requests.
///
/// This chapter uses `core` alone.
///
/// Read `http.RequestPipeline` first.
@NullMarked
package io.moka.apiserver.front;

import org.jspecify.annotations.NullMarked;
