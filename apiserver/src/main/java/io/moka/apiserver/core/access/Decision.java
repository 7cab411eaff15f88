package io.moka.apiserver.core.access;

/// The decision of an [Authorizer]. The first one that is not [NoOpinion] counts; if there is none, the request is forbidden.
public sealed interface Decision {

    /// @param reason the reason, for the audit log; may be empty
    record Allow(String reason) implements Decision {
        public Allow() {
            this("");
        }
    }

    record Deny(String reason) implements Decision {}

    record NoOpinion(String reason) implements Decision {}
}
