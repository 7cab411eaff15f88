package io.moka.apiserver.front.audit;

import io.moka.apiserver.core.access.Attributes;
import java.time.Instant;
import java.util.List;

/// The facts about a request that are logged before it is handled.
///
/// @param attributes the attributes with the authenticated user, before any impersonation
public record AuditedRequest(
        String auditId, String uri, Attributes attributes, List<String> sourceIps, String userAgent, Instant receivedAt, boolean longRunning) {}
