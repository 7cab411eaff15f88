package io.moka.apiserver.authz;

/// What an [Authorizer] says; the first that does not answer [NoOpinion] decides, and if none does, the request is forbidden.
public sealed interface Decision {

    record Allow() implements Decision {}

    record Deny(String reason) implements Decision {}

    record NoOpinion(String reason) implements Decision {}
}
