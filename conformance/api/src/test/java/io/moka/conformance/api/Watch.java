package io.moka.conformance.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;

/// An open watch and its events.
record Watch(BufferedReader lines) implements AutoCloseable {

    /// The next event.
    JsonNode next() {
        try {
            String line = lines.readLine();
            if (line == null) {
                throw new AssertionError("the watch has ended");
            }
            return Api.JSON.readTree(line);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Returns the next event of this type and skips those of other types.
    JsonNode next(String type) {
        while (true) {
            JsonNode event = next();
            if (event.path("type").asText().equals(type)) {
                return event.path("object");
            }
        }
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
