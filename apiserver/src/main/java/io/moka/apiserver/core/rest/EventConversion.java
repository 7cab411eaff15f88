package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.LinkedHashMap;
import java.util.Map;

/// Converts events between their two groups. They are stored as `v1`; in `events.k8s.io/v1` the same fields have other names.
final class EventConversion {
    private static final Map<String, String> CORE_TO_V1 = new LinkedHashMap<>();
    private static final Map<String, String> V1_TO_CORE = new LinkedHashMap<>();

    static {
        rename("involvedObject", "regarding");
        rename("message", "note");
        rename("source", "deprecatedSource");
        rename("firstTimestamp", "deprecatedFirstTimestamp");
        rename("lastTimestamp", "deprecatedLastTimestamp");
        rename("count", "deprecatedCount");
        rename("reportingComponent", "reportingController");
    }

    private EventConversion() {}

    private static void rename(String core, String v1) {
        CORE_TO_V1.put(core, v1);
        V1_TO_CORE.put(v1, core);
    }

    static boolean appliesTo(ResourceType type) {
        return type.group().equals("events.k8s.io");
    }

    static ObjectNode toEvents(ObjectNode core, String apiVersion) {
        return renamed(core, CORE_TO_V1, apiVersion);
    }

    static ObjectNode toCore(ObjectNode v1) {
        return renamed(v1, V1_TO_CORE, "v1");
    }

    private static ObjectNode renamed(ObjectNode event, Map<String, String> names, String apiVersion) {
        ObjectNode converted = Json.object();
        for (Map.Entry<String, JsonNode> field : event.properties()) {
            converted.set(names.getOrDefault(field.getKey(), field.getKey()), field.getValue());
        }
        return converted.put("apiVersion", apiVersion);
    }

    /// Returns the stored name of a field that a selector in the newer group uses.
    static String storedField(String selected) {
        int dot = selected.indexOf('.');
        String head = dot < 0 ? selected : selected.substring(0, dot);
        return V1_TO_CORE.getOrDefault(head, head) + (dot < 0 ? "" : selected.substring(dot));
    }
}
