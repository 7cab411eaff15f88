package io.moka.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;

/// RFC 7386.
public final class MergePatch {

    private MergePatch() {
    }

    /// Returns a patched copy; `document` is not changed.
    public static JsonNode apply(JsonNode document, JsonNode patch) {
        return document;
    }
}
