package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The columns of the built-in kinds that the other classes do not cover.
final class ObjectColumns {

    private ObjectColumns() {
    }

    static @Nullable List<Column> of(String kind) {
        return switch (kind) {
            case "v1/Namespace" -> List.of(Columns.NAME, Column.path("Status", "status.phase", ""), Columns.AGE);
            case "v1/ComponentStatus" -> List.of(
                    Columns.NAME,
                    Column.of("Status", ObjectColumns::healthy),
                    Column.of("Message", o -> healthCondition(o).path("message").asText()),
                    Column.of("Error", o -> healthCondition(o).path("error").asText()));
            case "v1/ConfigMap" -> List.of(
                    Columns.NAME,
                    Column.number("Data", o -> o.path("data").size() + o.path("binaryData").size()),
                    Columns.AGE);
            case "v1/Secret" -> List.of(
                    Columns.NAME,
                    Column.path("Type", "type", ""),
                    Column.number("Data", o -> o.path("data").size()),
                    Columns.AGE);
            case "v1/Event" -> event("involvedObject", "message", "source.component", "firstTimestamp", "lastTimestamp", "count");
            case "events.k8s.io/v1/Event" -> event("regarding", "note", "deprecatedSource.component", "deprecatedFirstTimestamp", "deprecatedLastTimestamp", "deprecatedCount");
            case "v1/LimitRange" -> List.of(Columns.NAME, Columns.CREATED_AT);
            case "v1/ResourceQuota" -> List.of(
                    Columns.NAME,
                    Column.of("Request", o -> quota(o, false)),
                    Column.of("Limit", o -> quota(o, true)),
                    Columns.AGE);
            case "coordination.k8s.io/v1/Lease" -> List.of(Columns.NAME, Column.path("Holder", "spec.holderIdentity", ""), Columns.AGE);
            case "policy/v1/PodDisruptionBudget" -> List.of(
                    Columns.NAME,
                    Column.path("Min Available", "spec.minAvailable", "N/A"),
                    Column.path("Max Unavailable", "spec.maxUnavailable", "N/A"),
                    Column.count("Allowed Disruptions", "status.disruptionsAllowed"),
                    Columns.AGE);
            case "autoscaling/v2/HorizontalPodAutoscaler" -> List.of(
                    Columns.NAME,
                    Column.of("Reference", o -> Cells.text(o, "spec.scaleTargetRef.kind", "") + "/" + Cells.text(o, "spec.scaleTargetRef.name", "")),
                    Column.of("Targets", ObjectColumns::targets),
                    Column.path("MinPods", "spec.minReplicas", "<unset>"),
                    Column.count("MaxPods", "spec.maxReplicas"),
                    Column.count("Replicas", "status.currentReplicas"),
                    Columns.AGE);
            case "scheduling.k8s.io/v1/PriorityClass" -> List.of(
                    Columns.NAME,
                    Column.count("Value", "value"),
                    Column.of("Global-Default", o -> o.path("globalDefault").asBoolean()),
                    Columns.AGE,
                    Column.path("PreemptionPolicy", "preemptionPolicy", ""));
            case "node.k8s.io/v1/RuntimeClass" -> List.of(Columns.NAME, Column.path("Handler", "handler", ""), Columns.AGE);
            case "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration" -> webhooks();
            case "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration" -> webhooks();
            case "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy" -> policy("Validations", "validations");
            case "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy" -> policy("Mutations", "mutations");
            case "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding" -> binding();
            case "admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding" -> binding();
            case "apiregistration.k8s.io/v1/APIService" -> List.of(
                    Columns.NAME,
                    Column.of("Service", o -> o.path("spec").path("service").isObject()
                            ? Cells.text(o, "spec.service.namespace", "") + "/" + Cells.text(o, "spec.service.name", "") : "Local"),
                    Column.of("Available", ObjectColumns::available),
                    Columns.AGE);
            case "apiextensions.k8s.io/v1/CustomResourceDefinition" -> List.of(Columns.NAME, Columns.CREATED_AT);
            default -> null;
        };
    }

    private static List<Column> webhooks() {
        return List.of(Columns.NAME, Column.number("Webhooks", o -> o.path("webhooks").size()), Columns.AGE);
    }

    private static List<Column> policy(String title, String field) {
        return List.of(
                Columns.NAME,
                Column.number(title, o -> o.path("spec").path(field).size()),
                Column.of("ParamKind", o -> o.path("spec").path("paramKind").isObject()
                        ? Cells.text(o, "spec.paramKind.apiVersion", "") + "/" + Cells.text(o, "spec.paramKind.kind", "") : "<unset>"),
                Columns.AGE);
    }

    private static List<Column> binding() {
        return List.of(
                Columns.NAME,
                Column.path("PolicyName", "spec.policyName", ""),
                Column.of("ParamRef", o -> o.path("spec").path("paramRef").isObject() ? parameters(o.path("spec").path("paramRef")) : "<unset>"),
                Columns.AGE);
    }

    private static String parameters(JsonNode reference) {
        String name = reference.path("name").asText();
        String namespace = reference.path("namespace").asText();
        return name.isEmpty() ? reference.path("selector").toString() : namespace.isEmpty() ? name : namespace + "/" + name;
    }

    private static List<Column> event(String object, String message, String source, String first, String last, String count) {
        return List.of(
                Column.timed("Last Seen", (event, now) -> seen(event, now, "series.lastObservedTime", last, first, "eventTime")),
                Column.path("Type", "type", ""),
                Column.path("Reason", "reason", ""),
                Column.of("Object", event -> reference(event.path(object))),
                Column.of("Subobject", event -> Cells.text(event, object + ".fieldPath", "")).inWide(),
                Column.of("Source", event -> source(event, source)).inWide(),
                Column.of("Message", event -> event.path(message).asText().strip()),
                Column.timed("First Seen", (event, now) -> seen(event, now, first, "eventTime")).inWide(),
                Column.of("Count", event -> count(event, count)).inWide(),
                Columns.NAME.inWide());
    }

    private static String seen(JsonNode event, Instant now, String... times) {
        for (String time : times) {
            String found = Cells.text(event, time, "");
            if (!found.isEmpty()) {
                return Cells.since(found, now);
            }
        }
        return "<unknown>";
    }

    private static String reference(JsonNode object) {
        String name = object.path("name").asText();
        String kind = object.path("kind").asText().toLowerCase(java.util.Locale.ROOT);
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String source(JsonNode event, String path) {
        String component = Cells.text(event, path, "");
        if (component.isEmpty()) {
            component = Cells.text(event, "reportingComponent", Cells.text(event, "reportingController", ""));
        }
        String host = Cells.text(event, path.replace(".component", ".host"), "");
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static long count(JsonNode event, String path) {
        long series = Cells.at(event, "series.count").asLong();
        long plain = Cells.at(event, path).asLong();
        return series > 0 ? series : Math.max(1, plain);
    }

    private static String quota(JsonNode quota, boolean limits) {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> hard : quota.path("status").path("hard").properties()) {
            if (hard.getKey().startsWith("limits") == limits) {
                String used = quota.path("status").path("used").path(hard.getKey()).asText("0");
                parts.add(hard.getKey() + ": " + used + "/" + hard.getValue().asText());
            }
        }
        return String.join(", ", parts);
    }

    private static String targets(JsonNode autoscaler) {
        List<String> targets = new ArrayList<>();
        JsonNode current = autoscaler.path("status").path("currentMetrics");
        JsonNode metrics = autoscaler.path("spec").path("metrics");
        for (int i = 0; i < metrics.size(); i++) {
            JsonNode target = metrics.get(i).path("resource").path("target");
            JsonNode now = current.path(i).path("resource").path("current");
            String name = metrics.get(i).path("resource").path("name").asText();
            boolean utilization = target.hasNonNull("averageUtilization");
            String wanted = utilization ? target.path("averageUtilization").asText() + "%" : target.path("averageValue").asText();
            String seen = utilization ? now.path("averageUtilization").asText() : now.path("averageValue").asText();
            targets.add(name + ": " + (seen.isEmpty() ? "<unknown>" : utilization ? seen + "%" : seen) + "/" + wanted);
        }
        return targets.isEmpty() ? Cells.NONE : String.join(", ", targets);
    }

    private static JsonNode healthCondition(JsonNode component) {
        for (JsonNode condition : component.path("conditions")) {
            if (condition.path("type").asText().equals("Healthy")) {
                return condition;
            }
        }
        return MissingNode.getInstance();
    }

    private static String healthy(JsonNode component) {
        JsonNode condition = healthCondition(component);
        return condition.isMissingNode() ? "Unknown" : condition.path("status").asText().equals("True") ? "Healthy" : "Unhealthy";
    }

    private static String available(JsonNode service) {
        for (JsonNode condition : service.path("status").path("conditions")) {
            if (Cells.text(condition, "type", "").equals("Available")) {
                String status = Cells.text(condition, "status", "");
                return status.equals("True") ? status : status + " (" + Cells.text(condition, "reason", "") + ")";
            }
        }
        return "Unknown";
    }
}
