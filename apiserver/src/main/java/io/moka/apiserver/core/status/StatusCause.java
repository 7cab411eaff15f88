package io.moka.apiserver.core.status;

/// One entry of `details.causes` in a Status.
public record StatusCause(String reason, String message, String field) {}
