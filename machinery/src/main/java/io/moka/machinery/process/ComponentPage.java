package io.moka.machinery.process;

import io.moka.machinery.client.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A page of a component's secure port, for callers that the apiserver allows to `get` its path.
public interface ComponentPage {

    /// @param code the HTTP status
    record Answer(int code, String contentType, byte[] body) {

        public static Answer json(byte[] body) {
            return new Answer(200, "application/json", body);
        }

        public static Answer text(String text) {
            return new Answer(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        }

        /// A failure as a Kubernetes Status object.
        public static Answer status(int code, String reason, String message) {
            return new Answer(code, "application/json", Json.bytes(Map.of("kind", "Status", "apiVersion", "v1", "metadata", Map.of(), "status", "Failure",
                    "message", message, "reason", reason, "code", code)));
        }
    }

    /// Answers a GET request. May block.
    ///
    /// @param query the parameters, of equal names the last
    Answer get(Map<String, String> query);
}
