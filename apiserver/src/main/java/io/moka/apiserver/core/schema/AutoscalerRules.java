package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.meta.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Validates autoscalers in the form of `autoscaling/v2`.
final class AutoscalerRules {
    private static final int MAX_WINDOW_SECONDS = 3600;
    private static final int MAX_PERIOD_SECONDS = 1800;

    /// The field that each type of metric requires.
    private static final Map<String, String> SOURCES = Map.of("ContainerResource", "containerResource", "External", "external", "Object", "object",
            "Pods", "pods", "Resource", "resource");

    private AutoscalerRules() {
    }

    static void spec(ObjectNode spec, Path path, Causes causes) {
        long max = CheckedFields.number(spec, "maxReplicas", 0);
        if (max < 1) {
            causes.invalid(path.child("maxReplicas"), max, "must be greater than 0");
        }
        if (max < CheckedFields.number(spec, "minReplicas", 1)) {
            causes.invalid(path.child("maxReplicas"), max, "must be greater than or equal to `minReplicas`");
        }
        if (!CheckedFields.has(spec, "scaleTargetRef")) {
            reference(spec.objectNode(), path.child("scaleTargetRef"), causes);
        }
    }

    static void reference(ObjectNode reference, Path path, Causes causes) {
        for (String field : List.of("kind", "name")) {
            causes.requireValid(path.child(field), CheckedFields.text(reference, field), "", Names::pathSegment);
        }
    }

    static void metric(ObjectNode metric, Path path, Causes causes) {
        String type = CheckedFields.text(metric, "type");
        String expected = SOURCES.get(type);
        if (type.isEmpty()) {
            causes.required(path.child("type"), "must specify a metric source type");
        }
        if (expected == null) {
            causes.notSupported(path.child("type"), type, SOURCES.keySet());
            return;
        }
        List<String> given = new ArrayList<>(SOURCES.values());
        given.removeIf(source -> !CheckedFields.has(metric, source));
        if (!given.remove(expected)) {
            causes.required(path.child(expected), "must populate information for the given metric source");
        }
        given.forEach(source -> causes.forbidden(path.child(source), "must populate the given metric source only"));
        checkSource(type, CheckedFields.object(metric, expected), path.child(expected), causes);
    }

    private static void checkSource(String type, JsonNode source, Path path, Causes causes) {
        JsonNode target = CheckedFields.object(source, "target");
        Path at = path.child("target");
        boolean value = target.has("value");
        boolean average = target.has("averageValue");
        switch (type) {
            case "Object" -> {
                if (!value && !average) {
                    causes.required(at.child("averageValue"), "must set either a target value or averageValue");
                }
            }
            case "Pods" -> {
                if (!average || Quantity.parse(CheckedFields.text(target, "averageValue")).signum() <= 0) {
                    causes.required(at.child("averageValue"), "must specify a positive target averageValue");
                }
            }
            case "External" -> {
                if (!value && !average) {
                    causes.required(at.child("averageValue"), "must set either a target value for metric or a per-pod target");
                } else if (value && average) {
                    causes.forbidden(at.child("value"), "may not set both a target value for metric and a per-pod target");
                }
            }
            default -> checkResource(type, source, target, path, causes);
        }
    }

    private static void checkResource(String type, JsonNode source, JsonNode target, Path path, Causes causes) {
        Path at = path.child("target");
        if (CheckedFields.text(source, "name").isEmpty()) {
            causes.required(path.child("name"), "must specify a resource name");
        }
        if (type.equals("ContainerResource") && CheckedFields.text(source, "container").isEmpty()) {
            causes.required(path.child("container"), "must specify a container");
        }
        boolean utilization = target.has("averageUtilization");
        boolean average = target.has("averageValue");
        if (!utilization && !average) {
            causes.required(at.child("averageUtilization"), "must set either a target raw value or a target utilization");
        } else if (utilization && average) {
            causes.forbidden(at.child("averageValue"), "may not set both a target raw value and a target utilization");
        }
    }

    static void target(ObjectNode target, Path path, Causes causes) {
        String type = CheckedFields.text(target, "type");
        if (type.isEmpty()) {
            causes.required(path.child("type"), "must specify a metric target type");
        }
        if (!List.of("Utilization", "Value", "AverageValue").contains(type)) {
            causes.invalid(path.child("type"), type, "must be either Utilization, Value, or AverageValue");
        }
        for (String field : List.of("value", "averageValue")) {
            if (target.has(field) && Quantity.parse(CheckedFields.text(target, field)).signum() <= 0) {
                causes.invalid(path.child(field), target.get(field), "must be positive");
            }
        }
        if (CheckedFields.number(target, "averageUtilization", 1) < 1) {
            causes.invalid(path.child("averageUtilization"), target.get("averageUtilization"), "must be greater than 0");
        }
    }

    static void identifier(ObjectNode metric, Path path, Causes causes) {
        causes.requireValid(path.child("name"), CheckedFields.text(metric, "name"), "must specify a metric name", Names::pathSegment);
    }

    static void scaling(ObjectNode rules, Path path, Causes causes) {
        if (CheckedFields.number(rules, "stabilizationWindowSeconds", 0) > MAX_WINDOW_SECONDS) {
            causes.invalid(path.child("stabilizationWindowSeconds"), rules.get("stabilizationWindowSeconds"), "must be less than or equal to " + MAX_WINDOW_SECONDS);
        }
    }

    static void scalingPolicy(ObjectNode policy, Path path, Causes causes) {
        if (CheckedFields.number(policy, "periodSeconds", 0) > MAX_PERIOD_SECONDS) {
            causes.invalid(path.child("periodSeconds"), policy.get("periodSeconds"), "must be less than or equal to " + MAX_PERIOD_SECONDS);
        }
    }
}
