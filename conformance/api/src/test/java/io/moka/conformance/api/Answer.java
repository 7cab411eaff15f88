package io.moka.conformance.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/// An answer of the server.
///
/// @param request method and path, for the message of a failure
record Answer(String request, int code, String body, HttpHeaders headers) {

    /// Returns this answer if its code is the expected one, and fails otherwise.
    Answer expect(int expected) {
        if (code != expected) {
            throw new AssertionError(request + " was answered with " + code + " instead of " + expected + ": " + body);
        }
        return this;
    }

    JsonNode json() {
        try {
            return Api.JSON.readTree(body);
        } catch (IOException malformed) {
            throw new UncheckedIOException(body, malformed);
        }
    }

    ObjectNode object() {
        return (ObjectNode) json();
    }

    JsonNode at(String... path) {
        JsonNode at = json();
        for (String step : path) {
            at = at.path(step);
        }
        return at;
    }

    String text(String... path) {
        return at(path).asText();
    }

    /// The names of a list's items.
    List<String> names() {
        List<String> names = new ArrayList<>();
        json().path("items").forEach(item -> names.add(item.path("metadata").path("name").asText()));
        return names;
    }

    List<String> warnings() {
        return headers.allValues("Warning");
    }
}
