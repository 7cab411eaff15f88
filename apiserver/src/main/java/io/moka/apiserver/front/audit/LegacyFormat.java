package io.moka.apiserver.front.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.List;

/// Formats events in the log's older form: a line of plain text for each event, without bodies or annotations.
final class LegacyFormat {
    private LegacyFormat() {}

    static String line(JsonNode event) {
        JsonNode as = event.path("impersonatedUser");
        return Json.text(event, "requestReceivedTimestamp") + " AUDIT: id=" + quoted(event, "", "auditID") + " stage=" + quoted(event, "", "stage")
                + " ip=" + (event.path("sourceIPs").isEmpty() ? "\"<unknown>\"" : quote(event.path("sourceIPs").path(0).asText()))
                + " method=" + quoted(event, "", "verb") + " user=" + quoted(event, "<none>", "user", "username") + " groups=" + all(event.path("user").path("groups"), "<none>")
                + " as=" + quoted(as, "<self>", "username") + " asgroups=" + all(as.path("groups"), "<lookup>")
                + " user-agent=" + quoted(event, "", "userAgent") + " namespace=" + quoted(event, "<none>", "objectRef", "namespace")
                + " uri=" + quoted(event, "", "requestURI") + " response=\"" + event.path("responseStatus").path("code").asText("<deferred>") + "\"";
    }

    private static String quoted(JsonNode node, String otherwise, String... path) {
        String text = Json.text(node, path);
        return quote(text.isEmpty() ? otherwise : text);
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\x%02x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    private static String all(JsonNode texts, String otherwise) {
        List<String> quoted = new ArrayList<>();
        texts.forEach(text -> quoted.add(quote(text.asText())));
        return quoted.isEmpty() ? quote(otherwise) : quote(String.join(",", quoted));
    }
}
