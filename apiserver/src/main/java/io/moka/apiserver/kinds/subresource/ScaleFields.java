package io.moka.apiserver.kinds.subresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.CustomType;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;

/// The fields of an object that its scale represents: the replicas in spec and status, and the selector.
///
/// @param custom the paths of a custom resource; null for built-in kinds, which all have the same
record ScaleFields(CustomType.@org.jspecify.annotations.Nullable ScalePaths custom) {

    static ScaleFields of(ResourceType type) {
        return new ScaleFields(type.custom() == null ? null : type.custom().scale());
    }

    int specReplicas(ObjectNode object) {
        return at(object, custom == null ? ".spec.replicas" : custom.specReplicas()).asInt(0);
    }

    int statusReplicas(ObjectNode object) {
        return at(object, custom == null ? ".status.replicas" : custom.statusReplicas()).asInt(0);
    }

    String selector(ObjectNode object) {
        if (custom == null) {
            return selector(object.path("spec").path("selector"));
        }
        return custom.labelSelector().isEmpty() ? "" : at(object, custom.labelSelector()).asText();
    }

    void setReplicas(ObjectNode object, int replicas) {
        String[] steps = steps(custom == null ? ".spec.replicas" : custom.specReplicas());
        ObjectNode parent = object;
        for (int i = 0; i < steps.length - 1; i++) {
            parent = Json.child(parent, steps[i]);
        }
        parent.put(steps[steps.length - 1], replicas);
    }

    private static String[] steps(String path) {
        return path.substring(1).split("\\.");
    }

    private static JsonNode at(ObjectNode object, String path) {
        JsonNode found = object;
        for (String step : steps(path)) {
            found = found.path(step);
        }
        return found;
    }

    /// Returns a selector as text for a query, with which an autoscaler lists the pods.
    private static String selector(JsonNode selector) {
        List<String> terms = new ArrayList<>();
        JsonNode labels = selector.has("matchLabels") || selector.has("matchExpressions") ? selector.path("matchLabels") : selector;
        labels.properties().forEach(label -> terms.add(label.getKey() + "=" + label.getValue().asText()));
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            String key = Json.text(expression, "key");
            terms.add(switch (Json.text(expression, "operator")) {
                case "In" -> key + " in (" + String.join(",", values) + ")";
                case "NotIn" -> key + " notin (" + String.join(",", values) + ")";
                case "DoesNotExist" -> "!" + key;
                default -> key;
            });
        }
        return String.join(",", terms);
    }
}
