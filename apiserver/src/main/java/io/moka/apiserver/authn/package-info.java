/// Who is calling: client certificates, a trusted proxy's headers, tokens of several kinds, or nobody.
///
/// - A credential that is presented and wrong is answered with 401, never treated as anonymous.
/// - A certificate's chain and validity are checked here rather than in the handshake, so that the answer is a Status.
/// - A service-account token is good only while the objects that it is bound to exist.
/// - Headers that name a user count only with a certificate of the front-proxy authority; from anybody else they mean nothing.
/// - An OpenID Connect issuer is asked when the first of its tokens comes: it neither delays the start nor has to be up.
///
/// Upstream can also ask a webhook, and takes several OIDC issuers from a configuration file.
///
/// Read `UserInfo` first, then `Authenticator`, then `Authenticators`.
@NullMarked
package io.moka.apiserver.authn;

import org.jspecify.annotations.NullMarked;
