package io.moka.apiserver.core.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The defaults of kinds with pod templates, where they depend on other fields.
final class WorkloadDefaults {

    private WorkloadDefaults() {
    }

    static void deploymentStrategy(ObjectNode strategy) {
        if (CheckedFields.text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = strategy.withObject("rollingUpdate");
            putIfAbsent(rolling, "maxUnavailable", "25%");
            putIfAbsent(rolling, "maxSurge", "25%");
        }
    }

    static void daemonSetStrategy(ObjectNode strategy) {
        if (CheckedFields.text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = strategy.withObject("rollingUpdate");
            putIfAbsent(rolling, "maxUnavailable", 1);
            putIfAbsent(rolling, "maxSurge", 0);
        }
    }

    static void statefulSetStrategy(ObjectNode strategy) {
        if (CheckedFields.text(strategy, "type").equals("RollingUpdate")) {
            putIfAbsent(strategy.withObject("rollingUpdate"), "partition", 0);
        }
    }

    /// Sets `apiVersion` and `kind` of the claim templates, as upstream does.
    static void statefulSet(ObjectNode set) {
        for (JsonNode claim : CheckedFields.list(CheckedFields.object(set, "spec"), "volumeClaimTemplates")) {
            if (claim instanceof ObjectNode template) {
                putIfAbsent(template, "apiVersion", "v1");
                putIfAbsent(template, "kind", "PersistentVolumeClaim");
            }
        }
    }

    /// Sets an absent selector and absent labels from the labels of the template.
    static void replicationController(ObjectNode controller) {
        JsonNode template = CheckedFields.object(CheckedFields.object(controller, "spec"), "template");
        ObjectNode labels = CheckedFields.objectOrNull(CheckedFields.object(template, "metadata"), "labels");
        if (labels == null || labels.isEmpty()) {
            return;
        }
        ObjectNode spec = controller.withObject("spec");
        if (CheckedFields.isEmpty(spec.get("selector"))) {
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
        ObjectNode labels = CheckedFields.objectOrNull(CheckedFields.object(CheckedFields.object(spec, "template"), "metadata"), "labels");
        if (labels != null && !labels.isEmpty()) {
            labelsFrom(job, labels);
        }
    }

    /// Sets the metric of an autoscaler without any: 80 % CPU utilization.
    static void autoscaler(ObjectNode spec) {
        if (CheckedFields.isEmpty(spec.get("metrics"))) {
            ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
            metric.putObject("resource").put("name", "cpu")
                    .putObject("target").put("type", "Utilization").put("averageUtilization", 80);
        }
    }

    /// Sets the default scaling policies: up to twice as many or four more pods in 15 seconds, and down without a limit.
    static void scalingBehavior(ObjectNode behavior) {
        if (behavior.get("scaleUp") instanceof ObjectNode up) {
            putIfAbsent(up, "stabilizationWindowSeconds", 0);
            putIfAbsent(up, "selectPolicy", "Max");
            if (CheckedFields.isEmpty(up.get("policies"))) {
                up.putArray("policies").add(policy(up, "Pods", 4)).add(policy(up, "Percent", 100));
            }
        }
        if (behavior.get("scaleDown") instanceof ObjectNode down) {
            putIfAbsent(down, "selectPolicy", "Max");
            if (CheckedFields.isEmpty(down.get("policies"))) {
                down.putArray("policies").add(policy(down, "Percent", 100));
            }
        }
    }

    private static ObjectNode policy(ObjectNode factory, String type, int value) {
        return factory.objectNode().put("type", type).put("value", value).put("periodSeconds", 15);
    }

    private static void labelsFrom(ObjectNode object, ObjectNode labels) {
        ObjectNode metadata = object.withObject("metadata");
        if (CheckedFields.isEmpty(metadata.get("labels"))) {
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
