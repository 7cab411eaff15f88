package io.moka.apiserver.front.authz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// Selects the cluster roles of which an aggregated role is made.
final class Aggregation {

    private Aggregation() {
    }

    static List<ObjectNode> selected(JsonNode selectors, List<ObjectNode> candidates) {
        return candidates.stream().filter(candidate -> matchesAny(selectors, candidate)).toList();
    }

    private static boolean matchesAny(JsonNode selectors, ObjectNode candidate) {
        JsonNode labels = candidate.path("metadata").path("labels");
        for (JsonNode selector : selectors) {
            if (!selector.isEmpty() && matches(selector, labels)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(JsonNode selector, JsonNode labels) {
        for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (JsonNode requirement : selector.path("matchExpressions")) {
            JsonNode label = labels.get(requirement.path("key").asText());
            boolean listed = false;
            for (JsonNode value : requirement.path("values")) {
                listed |= value.equals(label);
            }
            boolean met = switch (requirement.path("operator").asText()) {
                case "In" -> listed;
                case "NotIn" -> !listed;
                case "Exists" -> label != null;
                case "DoesNotExist" -> label == null;
                default -> false;
            };
            if (!met) {
                return false;
            }
        }
        return true;
    }
}
