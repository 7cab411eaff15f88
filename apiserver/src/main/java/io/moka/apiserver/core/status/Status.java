package io.moka.apiserver.core.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Kubernetes' `v1 Status`: the answer to a failed request, and to a delete that removed the object.
///
/// @param reason        the reason; empty when there is none
/// @param continueToken the token with which an expired list can be continued; otherwise empty
public record Status(int code, String reason, String message, @Nullable Details details, String continueToken) {

    public Status(int code, String reason, String message, @Nullable Details details) {
        this(code, reason, message, details, "");
    }

    /// @param retryAfterSeconds 0 when retrying is not suggested
    public record Details(String group, String kind, String name, String uid, List<StatusCause> causes, int retryAfterSeconds) {
        public static Details of(String group, String kind, String name) {
            return new Details(group, kind, name, "", List.of(), 0);
        }

        public static Details retryAfter(int seconds) {
            return new Details("", "", "", "", List.of(), seconds);
        }
    }

    public boolean success() {
        return code < 300;
    }

    public ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("kind", "Status").put("apiVersion", "v1");
        putIfPresent(node.putObject("metadata"), "continue", continueToken);
        node.put("status", success() ? "Success" : "Failure");
        putIfPresent(node, "message", message);
        putIfPresent(node, "reason", reason);
        if (details != null) {
            writeDetails(node.putObject("details"), details);
        }
        return node.put("code", code);
    }

    private static void writeDetails(ObjectNode node, Details details) {
        putIfPresent(node, "name", details.name());
        putIfPresent(node, "group", details.group());
        putIfPresent(node, "kind", details.kind());
        putIfPresent(node, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            var causes = node.putArray("causes");
            for (StatusCause cause : details.causes()) {
                ObjectNode entry = causes.addObject();
                putIfPresent(entry, "reason", cause.reason());
                putIfPresent(entry, "message", cause.message());
                putIfPresent(entry, "field", cause.field());
            }
        }
        if (details.retryAfterSeconds() > 0) {
            node.put("retryAfterSeconds", details.retryAfterSeconds());
        }
    }

    private static void putIfPresent(ObjectNode node, String field, String value) {
        if (!value.isEmpty()) {
            node.put(field, value);
        }
    }
}
