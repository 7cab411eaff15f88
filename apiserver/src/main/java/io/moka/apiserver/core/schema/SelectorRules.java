package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Validates selectors, and matches labels against them for other rules.
final class SelectorRules {

    private SelectorRules() {
    }

    static void labelSelector(ObjectNode selector, Path path, Causes causes) {
        labelMap(selector, "matchLabels", path, causes);
    }

    /// Validates a map of labels that is a selector (`matchLabels`, `nodeSelector`, a service's `selector`).
    static void labelMap(ObjectNode owner, String field, Path path, Causes causes) {
        for (Map.Entry<String, JsonNode> label : CheckedFields.entries(owner, field)) {
            causes.invalidAll(path.child(field), label.getKey(), Names.qualifiedName(label.getKey()));
            causes.invalidAll(path.child(field), label.getValue().asText(), Names.labelValue(label.getValue().asText()));
        }
    }

    static void labelRequirement(ObjectNode requirement, Path path, Causes causes) {
        String operator = CheckedFields.text(requirement, "operator");
        switch (operator) {
            case "In", "NotIn" -> valuesNeeded(requirement, path, causes);
            case "Exists", "DoesNotExist" -> valuesForbidden(requirement, path, causes);
            default -> causes.invalid(path.child("operator"), operator, "not a valid selector operator");
        }
        String key = CheckedFields.text(requirement, "key");
        causes.invalidAll(path.child("key"), key, Names.qualifiedName(key));
        if (operator.equals("In") || operator.equals("NotIn")) {
            JsonNode values = CheckedFields.list(requirement, "values");
            for (int i = 0; i < values.size(); i++) {
                causes.invalidAll(path.child("values").index(i), values.get(i).asText(), Names.labelValue(values.get(i).asText()));
            }
        }
    }

    /// Validates a node selector term: labels in `matchExpressions`, and the node's name in `matchFields`.
    static void nodeSelectorTerm(ObjectNode term, Path path, Causes causes) {
        JsonNode expressions = CheckedFields.list(term, "matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            nodeRequirement((ObjectNode) expressions.get(i), path.child("matchExpressions").index(i), causes);
        }
        JsonNode fields = CheckedFields.list(term, "matchFields");
        for (int i = 0; i < fields.size(); i++) {
            nodeField((ObjectNode) fields.get(i), path.child("matchFields").index(i), causes);
        }
    }

    private static void nodeRequirement(ObjectNode requirement, Path path, Causes causes) {
        String operator = CheckedFields.text(requirement, "operator");
        switch (operator) {
            case "In", "NotIn" -> valuesNeeded(requirement, path, causes);
            case "Exists", "DoesNotExist" -> valuesForbidden(requirement, path, causes);
            case "Gt", "Lt" -> {
                if (CheckedFields.list(requirement, "values").size() != 1) {
                    causes.required(path.child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> causes.invalid(path.child("operator"), operator, "not a valid selector operator");
        }
        String key = CheckedFields.text(requirement, "key");
        causes.invalidAll(path.child("key"), key, Names.qualifiedName(key));
    }

    private static void nodeField(ObjectNode requirement, Path path, Causes causes) {
        String operator = CheckedFields.text(requirement, "operator");
        String key = CheckedFields.text(requirement, "key");
        JsonNode values = CheckedFields.list(requirement, "values");
        if (!operator.equals("In") && !operator.equals("NotIn")) {
            causes.invalid(path.child("operator"), operator, "not a valid selector operator");
        } else if (values.size() != 1) {
            causes.required(path.child("values"), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        }
        if (!key.equals("metadata.name")) {
            causes.invalid(path.child("key"), key, "not a valid field selector key");
            return;
        }
        for (int i = 0; i < values.size(); i++) {
            causes.invalidAll(path.child("values").index(i), values.get(i).asText(), Names.dns1123Subdomain(values.get(i).asText()));
        }
    }

    private static void valuesNeeded(ObjectNode requirement, Path path, Causes causes) {
        if (CheckedFields.list(requirement, "values").isEmpty()) {
            causes.required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
        }
    }

    private static void valuesForbidden(ObjectNode requirement, Path path, Causes causes) {
        if (!CheckedFields.list(requirement, "values").isEmpty()) {
            causes.forbidden(path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
    }

    static boolean isEmpty(JsonNode selector) {
        return CheckedFields.object(selector, "matchLabels").isEmpty() && CheckedFields.list(selector, "matchExpressions").isEmpty();
    }

    static boolean matches(JsonNode selector, JsonNode labels) {
        for (Map.Entry<String, JsonNode> wanted : CheckedFields.entries(selector, "matchLabels")) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (JsonNode requirement : CheckedFields.list(selector, "matchExpressions")) {
            if (!meets(requirement, labels.get(CheckedFields.text(requirement, "key")))) {
                return false;
            }
        }
        return true;
    }

    private static boolean meets(JsonNode requirement, @Nullable JsonNode label) {
        boolean listed = false;
        for (JsonNode value : CheckedFields.list(requirement, "values")) {
            listed |= value.equals(label);
        }
        return switch (CheckedFields.text(requirement, "operator")) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            case "Exists" -> label != null;
            case "DoesNotExist" -> label == null;
            default -> false;
        };
    }
}
