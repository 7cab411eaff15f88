package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;

/// An object and its revision. The tree has the revision as its resourceVersion and is not changed any more.
public record Versioned(ObjectNode object, long revision) {

    static Versioned of(ObjectNode object, long revision) {
        Json.metadata(object).put("resourceVersion", Long.toString(revision));
        return new Versioned(object, revision);
    }
}
