package io.moka.apiserver.authz;

/// What an [Authorizer] says; the first that does not answer [NoOpinion] decides, and if none does, the request is forbidden.
public sealed interface Decision {

    /// @param reason why, for the audit log; may be empty
    record Allow(String reason) implements Decision {
        public Allow() {
            this("");
        }
    }

    record Deny(String reason) implements Decision {}

    record NoOpinion(String reason) implements Decision {}
}
