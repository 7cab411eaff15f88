package io.moka.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Defaults of the kinds that make pods.
final class WorkloadDefaults {

    private WorkloadDefaults() {
    }

    static void deploymentStrategy(ObjectNode strategy) {
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = strategy.withObject("rollingUpdate");
            putIfAbsent(rolling, "maxUnavailable", "25%");
            putIfAbsent(rolling, "maxSurge", "25%");
        }
    }

    static void daemonSetStrategy(ObjectNode strategy) {
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = strategy.withObject("rollingUpdate");
            putIfAbsent(rolling, "maxUnavailable", 1);
            putIfAbsent(rolling, "maxSurge", 0);
        }
    }

    static void statefulSetStrategy(ObjectNode strategy) {
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            putIfAbsent(strategy.withObject("rollingUpdate"), "partition", 0);
        }
    }

    /// Claim templates carry their type, as upstream writes them.
    static void statefulSet(ObjectNode set) {
        for (JsonNode claim : Json.list(Json.object(set, "spec"), "volumeClaimTemplates")) {
            if (claim instanceof ObjectNode template) {
                putIfAbsent(template, "apiVersion", "v1");
                putIfAbsent(template, "kind", "PersistentVolumeClaim");
            }
        }
    }

    /// Selector and labels come from the template.
    static void replicationController(ObjectNode controller) {
        JsonNode template = Json.object(Json.object(controller, "spec"), "template");
        ObjectNode labels = Json.objectOrNull(Json.object(template, "metadata"), "labels");
        if (labels == null || labels.isEmpty()) {
            return;
        }
        ObjectNode spec = controller.withObject("spec");
        if (Json.isEmpty(spec.get("selector"))) {
            spec.set("selector", labels.deepCopy());
        }
        labelsFrom(controller, labels);
    }

    static void job(ObjectNode job) {
        ObjectNode spec = job.withObject("spec");
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1);
        }
        putIfAbsent(spec, "parallelism", 1);
        if (spec.has("backoffLimitPerIndex")) {
            putIfAbsent(spec, "backoffLimit", Integer.MAX_VALUE);
        }
        putIfAbsent(spec, "backoffLimit", 6);
        putIfAbsent(spec, "completionMode", "NonIndexed");
        putIfAbsent(spec, "suspend", false);
        putIfAbsent(spec, "manualSelector", false);
        putIfAbsent(spec, "podReplacementPolicy", spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        ObjectNode labels = Json.objectOrNull(Json.object(Json.object(spec, "template"), "metadata"), "labels");
        if (labels != null && !labels.isEmpty()) {
            labelsFrom(job, labels);
        }
    }

    /// Eighty per cent of CPU is what an autoscaler without metrics aims at.
    static void autoscaler(ObjectNode spec) {
        if (Json.isEmpty(spec.get("metrics"))) {
            ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
            metric.putObject("resource").put("name", "cpu")
                    .putObject("target").put("type", "Utilization").put("averageUtilization", 80);
        }
    }

    /// How fast an autoscaler goes that has not been told: up to twice as many or four more in 15 seconds, and down at once.
    static void scalingBehavior(ObjectNode behavior) {
        if (behavior.get("scaleUp") instanceof ObjectNode up) {
            putIfAbsent(up, "stabilizationWindowSeconds", 0);
            putIfAbsent(up, "selectPolicy", "Max");
            if (Json.isEmpty(up.get("policies"))) {
                up.putArray("policies").add(policy(up, "Pods", 4)).add(policy(up, "Percent", 100));
            }
        }
        if (behavior.get("scaleDown") instanceof ObjectNode down) {
            putIfAbsent(down, "selectPolicy", "Max");
            if (Json.isEmpty(down.get("policies"))) {
                down.putArray("policies").add(policy(down, "Percent", 100));
            }
        }
    }

    private static ObjectNode policy(ObjectNode factory, String type, int value) {
        return factory.objectNode().put("type", type).put("value", value).put("periodSeconds", 15);
    }

    private static void labelsFrom(ObjectNode object, ObjectNode labels) {
        ObjectNode metadata = object.withObject("metadata");
        if (Json.isEmpty(metadata.get("labels"))) {
            metadata.set("labels", labels.deepCopy());
        }
    }

    private static void putIfAbsent(ObjectNode object, String field, String value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    private static void putIfAbsent(ObjectNode object, String field, int value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    private static void putIfAbsent(ObjectNode object, String field, boolean value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }
}
