package io.moka.apiserver.front.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;

/// One event for the sinks, encoded once for all of them.
record AuditEvent(byte[] bytes) {

    /// Parses the event, for the sinks that write it in another form.
    JsonNode node() {
        return Json.read(bytes);
    }
}
