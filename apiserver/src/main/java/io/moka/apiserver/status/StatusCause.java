package io.moka.apiserver.status;

/// One entry of a Status' `details.causes`.
public record StatusCause(String reason, String message, String field) {}
