package io.moka.apiserver.core.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import java.util.List;

/// Converts autoscalers between `autoscaling/v1` and the stored `autoscaling/v2`. The older version has a field for the CPU utilization only: other metrics,
/// the behaviour and the conditions are kept in annotations, as upstream does.
final class AutoscalerForm implements StoredForm {
    private static final String ANNOTATION = "autoscaling.alpha.kubernetes.io/";

    @Override
    public boolean shownAsStored() {
        return false;
    }

    @Override
    public List<ObjectNode> show(List<ObjectNode> stored) {
        stored.forEach(AutoscalerForm::show);
        return stored;
    }

    private static void show(ObjectNode object) {
        object.put("apiVersion", "autoscaling/v1");
        if (object.get("spec") instanceof ObjectNode spec) {
            ArrayNode others = Json.object().arrayNode();
            for (JsonNode metric : spec.path("metrics")) {
                JsonNode use = metric.path("resource").path("target").path("averageUtilization");
                if (isCpu(metric) && use.isNumber() && !spec.has("targetCPUUtilizationPercentage")) {
                    spec.set("targetCPUUtilizationPercentage", use);
                } else {
                    others.add(metric);
                }
            }
            spec.remove("metrics");
            annotate(object, "metrics", others);
            annotate(object, "behavior", spec.remove("behavior"));
        }
        if (object.get("status") instanceof ObjectNode status) {
            ArrayNode others = Json.object().arrayNode();
            for (JsonNode metric : status.path("currentMetrics")) {
                JsonNode use = metric.path("resource").path("current").path("averageUtilization");
                if (isCpu(metric) && use.isNumber() && !status.has("currentCPUUtilizationPercentage")) {
                    status.set("currentCPUUtilizationPercentage", use);
                } else {
                    others.add(metric);
                }
            }
            status.remove("currentMetrics");
            annotate(object, "current-metrics", others);
            annotate(object, "conditions", status.remove("conditions"));
        }
    }

    private static boolean isCpu(JsonNode metric) {
        return Json.text(metric, "type").equals("Resource") && Json.text(metric, "resource", "name").equals("cpu");
    }

    private static void annotate(ObjectNode object, String name, JsonNode value) {
        if (value != null && !value.isEmpty()) {
            Json.child(Json.metadata(object), "annotations").put(ANNOTATION + name, value.toString());
        }
    }

    @Override
    public ObjectNode store(ObjectNode object) {
        ObjectNode stored = object.deepCopy().put("apiVersion", "autoscaling/v2");
        if (stored.get("spec") instanceof ObjectNode spec) {
            ArrayNode metrics = Json.object().arrayNode();
            JsonNode use = spec.remove("targetCPUUtilizationPercentage");
            if (use != null) {
                ObjectNode resource = metrics.addObject().put("type", "Resource").putObject("resource").put("name", "cpu");
                resource.putObject("target").put("type", "Utilization").set("averageUtilization", use);
            }
            taken(stored, "metrics").forEach(metrics::add);
            if (!metrics.isEmpty()) {
                spec.set("metrics", metrics);
            }
            putTaken(stored, "behavior", spec, "behavior");
        }
        if (stored.get("status") instanceof ObjectNode status) {
            ArrayNode metrics = Json.object().arrayNode();
            JsonNode use = status.remove("currentCPUUtilizationPercentage");
            if (use != null) {
                metrics.addObject().put("type", "Resource").putObject("resource").put("name", "cpu").putObject("current").set("averageUtilization", use);
            }
            taken(stored, "current-metrics").forEach(metrics::add);
            if (!metrics.isEmpty()) {
                status.set("currentMetrics", metrics);
            }
            putTaken(stored, "conditions", status, "conditions");
        }
        return stored;
    }

    private static void putTaken(ObjectNode object, String annotation, ObjectNode target, String field) {
        JsonNode value = taken(object, annotation);
        if (!value.isEmpty()) {
            target.set(field, value);
        }
    }

    /// Removes an annotation and returns the value in it; an empty object when there is no annotation, or when its text is not JSON.
    private static JsonNode taken(ObjectNode object, String name) {
        JsonNode annotations = object.path("metadata").path("annotations");
        String text = Json.text(annotations, ANNOTATION + name);
        if (text.isEmpty()) {
            return Json.object();
        }
        ((ObjectNode) annotations).remove(ANNOTATION + name);
        if (annotations.isEmpty()) {
            Json.metadata(object).remove("annotations");
        }
        try {
            return Json.MAPPER.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException foreign) {
            return Json.object();
        }
    }
}
