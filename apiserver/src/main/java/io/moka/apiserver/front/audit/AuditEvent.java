package io.moka.apiserver.front.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import org.jspecify.annotations.Nullable;

/// One event for the sinks, encoded once for all of them. Used by the request's thread.
final class AuditEvent {
    private final ObjectNode node;
    private byte @Nullable [] encoded;

    AuditEvent(ObjectNode node) {
        this.node = node;
    }

    ObjectNode node() {
        return node;
    }

    byte[] bytes() {
        byte[] known = encoded;
        if (known == null) {
            known = Json.write(node);
            encoded = known;
        }
        return known;
    }
}
