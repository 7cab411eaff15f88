package io.moka.apiserver.authn;

/// The outcome of looking at [Credentials].
public sealed interface Authentication {

    record Authenticated(UserInfo user) implements Authentication {}

    /// A credential was shown and is not good; the reason is for the log only.
    record Rejected(String reason) implements Authentication {}

    /// Nothing was shown that this authenticator looks at.
    record Absent() implements Authentication {}
}
