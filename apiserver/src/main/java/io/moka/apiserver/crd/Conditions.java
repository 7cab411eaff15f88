package io.moka.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.machinery.meta.Times;
import java.time.Instant;

/// The conditions in an object's status. The time of a condition changes only when its status does.
public final class Conditions {
    private Conditions() {}

    public static void set(ObjectNode object, String type, boolean status, String reason, String message, Instant now) {
        ArrayNode conditions = Json.child(object, "status").withArray("conditions");
        String text = status ? "True" : "False";
        for (JsonNode known : conditions) {
            if (Json.text(known, "type").equals(type) && known instanceof ObjectNode condition) {
                if (!Json.text(condition, "status").equals(text)) {
                    condition.put("lastTransitionTime", Times.format(now));
                }
                condition.put("status", text).put("reason", reason).put("message", message);
                return;
            }
        }
        conditions.addObject().put("lastTransitionTime", Times.format(now)).put("message", message).put("reason", reason).put("status", text).put("type", type);
    }
}
