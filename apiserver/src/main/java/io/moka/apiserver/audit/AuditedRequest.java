package io.moka.apiserver.audit;

import io.moka.apiserver.authz.Attributes;
import java.time.Instant;
import java.util.List;

/// What the log says of a request before anything is done with it.
///
/// @param attributes with the user who was authenticated, before any impersonation
/// @param body       empty when there is none, or when it is not JSON
public record AuditedRequest(
        String auditId, String uri, Attributes attributes, List<String> sourceIps, String userAgent, byte[] body, Instant receivedAt, boolean longRunning) {}
