/// Authentication: identifies the caller by client certificates, a trusted proxy's headers or tokens of several kinds; a caller without
/// credentials is anonymous.
///
/// - A request with an invalid credential is answered with 401, never treated as anonymous.
/// - A certificate's chain and validity are checked here rather than in the handshake, so that the answer is a Status.
/// - A service-account token is valid only while the objects that it is bound to exist.
/// - Headers that name a user count only with a certificate of the front-proxy authority; from other callers they are ignored.
/// - An OpenID Connect issuer is contacted when its first token arrives: it neither delays the start nor has to be up.
///
/// Upstream can also ask a webhook, and reads several OIDC issuers from a configuration file.
///
/// Read `UserInfo` first, then `Authenticator`, then `Authenticators`.
@NullMarked
package io.moka.apiserver.front.authn;

import org.jspecify.annotations.NullMarked;
