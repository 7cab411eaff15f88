package io.moka.apiserver.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The events that a running server has written to its audit log.
public final class AuditEvents {

    private AuditEvents() {
    }

    /// The events of one request so far. The server may be writing the file's last line, which is left out until it is complete.
    public static List<JsonNode> of(Path log, String auditId) {
        try {
            List<JsonNode> found = new ArrayList<>();
            String written = Files.readString(log);
            for (String line : written.substring(0, written.lastIndexOf('\n') + 1).lines().toList()) {
                JsonNode event = Json.MAPPER.readTree(line);
                if (event.path("auditID").asText().equals(auditId)) {
                    found.add(event);
                }
            }
            return found;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
