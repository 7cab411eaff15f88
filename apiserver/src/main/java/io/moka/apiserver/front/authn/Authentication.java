package io.moka.apiserver.front.authn;

import io.moka.apiserver.core.access.UserInfo;

/// The result of authenticating [Credentials].
public sealed interface Authentication {

    record Authenticated(UserInfo user) implements Authentication {}

    /// A credential was presented but is not valid; the reason is for the log only.
    record Rejected(String reason) implements Authentication {}

    /// No credential was presented that this authenticator handles.
    record Absent() implements Authentication {}
}
