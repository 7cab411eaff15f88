package io.moka.apiserver.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Times;
import java.time.Instant;

/// Reads and sets the conditions in an object's status. The transition time of a condition changes only when its status does.
public final class Conditions {
    private Conditions() {}

    /// Returns the condition of this type, or a missing node.
    public static JsonNode find(JsonNode object, String type) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return MissingNode.getInstance();
    }

    public static boolean isTrue(JsonNode object, String type) {
        return Json.text(find(object, type), "status").equals("True");
    }

    /// @return the condition after the change
    public static ObjectNode set(ObjectNode object, String type, boolean status, String reason, String message, Instant now) {
        ArrayNode conditions = Json.child(object, "status").withArray("conditions");
        String text = status ? "True" : "False";
        if (find(object, type) instanceof ObjectNode condition) {
            if (!Json.text(condition, "status").equals(text)) {
                condition.put("lastTransitionTime", Times.format(now));
            }
            return condition.put("status", text).put("reason", reason).put("message", message);
        }
        return conditions.addObject().put("lastTransitionTime", Times.format(now)).put("message", message).put("reason", reason).put("status", text).put("type", type);
    }
}
