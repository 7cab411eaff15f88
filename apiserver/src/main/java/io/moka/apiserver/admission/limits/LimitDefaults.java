package io.moka.apiserver.admission.limits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Gives containers without requests or limits those of a LimitRange, and notes this in an annotation of the pod.
final class LimitDefaults {
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    private final Map<String, JsonNode> requests = new TreeMap<>();
    private final Map<String, JsonNode> limits = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();

    private LimitDefaults(JsonNode limitRange) {
        for (JsonNode item : limitRange.path("spec").path("limits")) {
            if (Json.text(item, "type").equals("Container")) {
                item.path("defaultRequest").properties().forEach(entry -> requests.put(entry.getKey(), entry.getValue()));
                item.path("default").properties().forEach(entry -> limits.put(entry.getKey(), entry.getValue()));
            }
        }
    }

    static void apply(JsonNode limitRange, ObjectNode pod) {
        LimitDefaults defaults = new LimitDefaults(limitRange);
        if (defaults.requests.isEmpty() && defaults.limits.isEmpty()) {
            return;
        }
        defaults.applyTo(pod.path("spec").path("containers"), "container");
        defaults.applyTo(pod.path("spec").path("initContainers"), "init container");
        if (!defaults.notes.isEmpty()) {
            Json.child(Json.metadata(pod), "annotations").put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", defaults.notes));
        }
    }

    private void applyTo(JsonNode containers, String what) {
        for (JsonNode container : containers) {
            ObjectNode resources = Json.child((ObjectNode) container, "resources");
            note(fill(resources, "requests", requests), "request for " + what, container);
            note(fill(resources, "limits", limits), "limit for " + what, container);
        }
    }

    private static TreeSet<String> fill(ObjectNode resources, String which, Map<String, JsonNode> defaults) {
        TreeSet<String> set = new TreeSet<>();
        defaults.forEach((name, amount) -> {
            if (!resources.path(which).has(name)) {
                Json.child(resources, which).set(name, amount);
                set.add(name);
            }
        });
        return set;
    }

    private void note(TreeSet<String> set, String what, JsonNode container) {
        if (!set.isEmpty()) {
            notes.add(String.join(", ", set) + " " + what + " " + Json.text(container, "name"));
        }
    }
}
