package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Validates affinity and topology spread constraints.
final class SpreadingRules {

    private SpreadingRules() {
    }

    static void check(ObjectNode spec, Path path, Causes causes) {
        JsonNode constraints = CheckedFields.list(spec, "topologySpreadConstraints");
        Set<String> seen = new HashSet<>(0);
        for (int i = constraints.size() - 1; i >= 0; i--) {
            Path at = path.child("topologySpreadConstraints").index(i);
            String key = "{" + CheckedFields.text(constraints.get(i), "topologyKey") + ", " + CheckedFields.text(constraints.get(i), "whenUnsatisfiable") + "}";
            if (!seen.add(key)) {
                causes.duplicate(at.child("{topologyKey, whenUnsatisfiable}"), key);
            }
        }
    }

    static void constraint(ObjectNode constraint, Path path, Causes causes) {
        if (!constraint.has("whenUnsatisfiable")) {
            causes.notSupported(path.child("whenUnsatisfiable"), "", List.of("DoNotSchedule", "ScheduleAnyway"));
        }
        if (!constraint.has("maxSkew")) {
            causes.invalid(path.child("maxSkew"), 0, "must be greater than zero");
        }
        String action = CheckedFields.text(constraint, "whenUnsatisfiable");
        if (constraint.has("minDomains") && !action.equals("DoNotSchedule")) {
            causes.invalid(path.child("minDomains"), constraint.get("minDomains"), "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
        }
        JsonNode keys = CheckedFields.list(constraint, "matchLabelKeys");
        if (keys.isEmpty()) {
            return;
        }
        Path at = path.child("matchLabelKeys");
        if (!CheckedFields.has(constraint, "labelSelector")) {
            causes.forbidden(at, "must not be specified when labelSelector is not set");
        }
        for (int i = 0; i < keys.size(); i++) {
            causes.invalidAll(at.index(i), keys.get(i).asText(), Names.qualifiedName(keys.get(i).asText()));
            if (mentions(CheckedFields.object(constraint, "labelSelector"), keys.get(i).asText())) {
                causes.invalid(at.index(i), keys.get(i), "exists in both matchLabelKeys and labelSelector");
            }
        }
    }

    private static boolean mentions(JsonNode selector, String key) {
        boolean mentioned = CheckedFields.object(selector, "matchLabels").has(key);
        for (JsonNode requirement : CheckedFields.list(selector, "matchExpressions")) {
            mentioned |= CheckedFields.text(requirement, "key").equals(key);
        }
        return mentioned;
    }

    static void affinityTerm(ObjectNode term, Path path, Causes causes) {
        for (JsonNode namespace : CheckedFields.list(term, "namespaces")) {
            causes.invalidAll(path.child("namespace"), namespace.asText(), Names.dns1123Label(namespace.asText()));
        }
        for (String field : List.of("matchLabelKeys", "mismatchLabelKeys")) {
            JsonNode keys = CheckedFields.list(term, field);
            if (!keys.isEmpty() && !CheckedFields.has(term, "labelSelector")) {
                causes.forbidden(path.child(field), "must not be specified when labelSelector is not set");
                continue;
            }
            for (int i = 0; i < keys.size(); i++) {
                causes.invalidAll(path.child(field).index(i), keys.get(i).asText(), Names.qualifiedName(keys.get(i).asText()));
            }
        }
        Set<JsonNode> mismatched = new HashSet<>(0);
        CheckedFields.list(term, "mismatchLabelKeys").forEach(mismatched::add);
        JsonNode keys = CheckedFields.list(term, "matchLabelKeys");
        for (int i = 0; i < keys.size(); i++) {
            if (mismatched.contains(keys.get(i))) {
                causes.invalid(path.child("matchLabelKeys").index(i), keys.get(i), "exists in both matchLabelKeys and mismatchLabelKeys");
            }
        }
    }
}
