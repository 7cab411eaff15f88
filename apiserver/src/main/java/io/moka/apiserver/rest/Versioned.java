package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;

/// An object with the revision it is known to have. The tree carries it as its resourceVersion and is not changed any more.
record Versioned(ObjectNode object, long revision) {

    static Versioned of(ObjectNode object, long revision) {
        Json.metadata(object).put("resourceVersion", Long.toString(revision));
        return new Versioned(object, revision);
    }
}
