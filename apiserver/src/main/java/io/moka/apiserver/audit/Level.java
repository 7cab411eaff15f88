package io.moka.apiserver.audit;

import java.util.Locale;

/// How much is written of a request, growing.
enum Level {
    NONE("None"), METADATA("Metadata"), REQUEST("Request"), REQUEST_RESPONSE("RequestResponse");

    final String text;

    Level(String text) {
        this.text = text;
    }

    static Level of(String text) {
        for (Level level : values()) {
            if (level.text.equals(text)) {
                return level;
            }
        }
        throw new IllegalArgumentException("no audit level is called \"" + text.toLowerCase(Locale.ROOT) + "\": None, Metadata, Request, RequestResponse");
    }

    boolean atLeast(Level other) {
        return compareTo(other) >= 0;
    }
}
