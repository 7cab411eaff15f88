/// Who is calling: client certificates, service-account tokens, or nobody.
///
/// - A credential that is presented and wrong is answered with 401, never treated as anonymous.
/// - A certificate's chain and validity are checked here rather than in the handshake, so that the answer is a Status.
/// - A service-account token is good only while the objects that it is bound to exist.
///
/// Upstream has further authenticators (OIDC, webhooks, front proxy); the chain here takes them as further rows.
///
/// Read `UserInfo` first, then `Authenticator`.
@NullMarked
package io.moka.apiserver.authn;

import org.jspecify.annotations.NullMarked;
