package io.moka.apiserver.front.audit;

import java.util.Locale;

/// The levels of detail in which a request is logged, in ascending order.
enum AuditLevel {
    NONE("None"), METADATA("Metadata"), REQUEST("Request"), REQUEST_RESPONSE("RequestResponse");

    final String text;

    AuditLevel(String text) {
        this.text = text;
    }

    static AuditLevel of(String text) {
        for (AuditLevel level : values()) {
            if (level.text.equals(text)) {
                return level;
            }
        }
        throw new IllegalArgumentException("no audit level is called \"" + text.toLowerCase(Locale.ROOT) + "\": None, Metadata, Request, RequestResponse");
    }

    boolean atLeast(AuditLevel other) {
        return compareTo(other) >= 0;
    }
}
