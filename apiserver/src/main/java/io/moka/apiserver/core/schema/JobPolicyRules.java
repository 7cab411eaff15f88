package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Validates the policies by which a job fails or succeeds before all its pods have ended.
final class JobPolicyRules {
    private static final int MAX_RULES = 20;
    private static final int MAX_EXIT_CODES = 255;
    private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
    private static final List<String> OPERATORS = List.of("In", "NotIn");
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");

    private JobPolicyRules() {
    }

    static void failure(ObjectNode spec, Path path, Causes causes) {
        JsonNode rules = CheckedFields.list(CheckedFields.object(spec, "podFailurePolicy"), "rules");
        if (rules.size() > MAX_RULES) {
            causes.tooMany(path.child("rules"), rules.size(), MAX_RULES);
        }
        Set<String> containers = new HashSet<>();
        for (String list : List.of("containers", "initContainers")) {
            CheckedFields.list(CheckedFields.object(CheckedFields.object(spec, "template"), "spec"), list).forEach(container -> containers.add(CheckedFields.text(container, "name")));
        }
        for (int i = 0; i < rules.size(); i++) {
            failureRule(rules.get(i), spec.has("backoffLimitPerIndex"), containers, path.child("rules").index(i), causes);
        }
    }

    private static void failureRule(JsonNode rule, boolean perIndex, Set<String> containers, Path path, Causes causes) {
        String action = CheckedFields.text(rule, "action");
        if (oneOf(action, ACTIONS, path.child("action"), causes) && action.equals("FailIndex") && !perIndex) {
            causes.invalid(path.child("action"), action, "requires the backoffLimitPerIndex to be set");
        }
        boolean codes = CheckedFields.has(rule, "onExitCodes");
        JsonNode conditions = CheckedFields.list(rule, "onPodConditions");
        if (codes) {
            exitCodes(CheckedFields.object(rule, "onExitCodes"), containers, path.child("onExitCodes"), causes);
        }
        if (conditions.size() > MAX_RULES) {
            causes.tooMany(path.child("onPodConditions"), conditions.size(), MAX_RULES);
        }
        for (int i = 0; i < conditions.size(); i++) {
            Path at = path.child("onPodConditions").index(i);
            causes.invalidAll(at.child("type"), CheckedFields.text(conditions.get(i), "type"), Names.qualifiedName(CheckedFields.text(conditions.get(i), "type")));
            oneOf(CheckedFields.text(conditions.get(i), "status"), STATUSES, at.child("status"), causes);
        }
        if (codes && !conditions.isEmpty()) {
            causes.invalid(path, "specifying both OnExitCodes and OnPodConditions is not supported");
        } else if (!codes && conditions.isEmpty()) {
            causes.invalid(path, "specifying one of OnExitCodes and OnPodConditions is required");
        }
    }

    private static boolean oneOf(String value, List<String> supported, Path path, Causes causes) {
        if (value.isEmpty()) {
            causes.required(path, "valid values: [\"" + String.join("\" \"", supported) + "\"]");
        } else if (!supported.contains(value)) {
            causes.notSupported(path, value, supported);
        }
        return supported.contains(value);
    }

    private static void exitCodes(JsonNode requirement, Set<String> containers, Path path, Causes causes) {
        String operator = CheckedFields.text(requirement, "operator");
        oneOf(operator, OPERATORS, path.child("operator"), causes);
        String container = CheckedFields.text(requirement, "containerName");
        if (requirement.has("containerName") && !containers.contains(container)) {
            causes.invalid(path.child("containerName"), container, "must be one of the container or initContainer names in the pod template");
        }
        JsonNode values = CheckedFields.list(requirement, "values");
        Path at = path.child("values");
        if (values.isEmpty()) {
            causes.invalid(at, values, "at least one value is required");
        } else if (values.size() > MAX_EXIT_CODES) {
            causes.tooMany(at, values.size(), MAX_EXIT_CODES);
        }
        boolean ordered = true;
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            long code = values.get(i).longValue();
            if (operator.equals("In") && code == 0) {
                causes.invalid(at.index(i), code, "must not be 0 for the In operator");
            }
            if (!seen.add(code)) {
                causes.duplicate(at.index(i), values.get(i));
            }
            ordered &= i == 0 || values.get(i - 1).longValue() <= code;
        }
        if (!ordered) {
            causes.invalid(at, values, "must be ordered");
        }
    }

    static void success(ObjectNode spec, long completions, Path path, Causes causes) {
        JsonNode rules = CheckedFields.list(CheckedFields.object(spec, "successPolicy"), "rules");
        if (rules.isEmpty()) {
            causes.required(path.child("rules"), "at least one rules must be specified when the successPolicy is specified");
        } else if (rules.size() > MAX_RULES) {
            causes.tooMany(path.child("rules"), rules.size(), MAX_RULES);
        }
        for (int i = 0; i < rules.size(); i++) {
            successRule(rules.get(i), completions, path.child("rules").index(i), causes);
        }
    }

    private static void successRule(JsonNode rule, long completions, Path path, Causes causes) {
        boolean indexes = rule.has("succeededIndexes");
        if (!rule.has("succeededCount") && !indexes) {
            causes.required(path, "at least one of succeededCount or succeededIndexes must be specified");
        }
        long total = 0;
        if (indexes) {
            try {
                total = JobIndexes.count(CheckedFields.text(rule, "succeededIndexes"), completions);
            } catch (IllegalArgumentException malformed) {
                causes.invalid(path.child("succeededIndexes"), rule.get("succeededIndexes"), "error parsing succeededIndexes: " + malformed.getMessage());
            }
        }
        long count = CheckedFields.number(rule, "succeededCount", 0);
        if (count > completions) {
            causes.invalid(path.child("succeededCount"), count, "must be less than or equal to " + completions + " (the number of specified completions)");
        }
        if (indexes && count > total) {
            causes.invalid(path.child("succeededCount"), count, "must be less than or equal to " + total
                    + " (the number of indexes in the specified succeededIndexes field)");
        }
    }
}
