package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;

/// A pod: where it runs, its containers and their states, its conditions and volumes.
final class PodDescriber implements Describer {

    @Override
    public void describe(JsonNode pod, Surroundings surroundings, Lines out) {
        var spec = pod.path("spec");
        var status = pod.path("status");
        header(pod, out);
        state(pod, out);
        Containers.seccomp(spec.path("securityContext"), 0, "SeccompProfile", out);
        addresses(status, out);
        Workloads.controlledBy(pod, out);
        out.optional(0, "NominatedNodeName", status.path("nominatedNodeName"));
        containers(spec, status, out);
        if (spec.has("readinessGates")) {
            out.add(0, "Readiness Gates:\n  Type\tStatus");
            spec.path("readinessGates").forEach(gate -> out.add(1, "%s \t%s ", gate.path("conditionType").asText(), condition(status, gate.path("conditionType").asText())));
        }
        if (!status.path("conditions").isEmpty()) {
            out.add(0, "Conditions:\n  Type\tStatus");
            status.path("conditions").forEach(c -> out.add(1, "%s \t%s ", c.path("type").asText(), c.path("status").asText()));
        }
        Volumes.describe(spec.path("volumes"), false, out);
        out.field(0, "QoS Class", status.path("qosClass").asText());
        out.pairs(0, "Node-Selectors", spec.path("nodeSelector"));
        Placement.tolerations(spec, out);
        Placement.constraints(spec.path("topologySpreadConstraints"), out);
        out.events(surroundings.events(pod));
    }

    private static void header(JsonNode pod, Lines out) {
        var spec = pod.path("spec");
        var status = pod.path("status");
        out.field(0, "Name", pod.path("metadata").path("name").asText());
        out.field(0, "Namespace", pod.path("metadata").path("namespace").asText());
        if (spec.has("priority")) {
            out.field(0, "Priority", spec.path("priority").asText());
            out.optional(0, "Priority Class Name", spec.path("priorityClassName"));
        }
        out.optional(0, "Runtime Class Name", spec.path("runtimeClassName"));
        out.optional(0, "Service Account", spec.path("serviceAccountName"));
        var node = spec.path("nodeName").asText("");
        out.field(0, "Node", node.isEmpty() ? "<none>" : node + "/" + status.path("hostIP").asText());
        if (status.has("startTime")) {
            out.field(0, "Start Time", Lines.date(status.path("startTime")));
        }
        out.pairs(0, "Labels", pod.path("metadata").path("labels"));
        out.annotations(0, pod.path("metadata").path("annotations"));
    }

    private static void state(JsonNode pod, Lines out) {
        var status = pod.path("status");
        var deleted = pod.path("metadata").path("deletionTimestamp");
        if (deleted.isMissingNode()) {
            out.field(0, "Status", status.path("phase").asText());
        } else {
            out.field(0, "Status", "Terminating (lasts " + out.age(deleted) + ")");
            out.field(0, "Termination Grace Period", pod.path("metadata").path("deletionGracePeriodSeconds").asText() + "s");
        }
        out.optional(0, "Reason", status.path("reason"));
        out.optional(0, "Message", status.path("message"));
    }

    private static void addresses(JsonNode status, Lines out) {
        out.field(0, "IP", status.path("podIP").asText(""));
        if (status.path("podIPs").isEmpty()) {
            out.field(0, "IPs", "<none>");
        } else {
            out.add(0, "IPs:");
            status.path("podIPs").forEach(address -> out.add(1, "IP:\t" + address.path("ip").asText()));
        }
    }

    private static String condition(JsonNode status, String type) {
        for (var condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "<none>";
    }

    private static void containers(JsonNode spec, JsonNode status, Lines out) {
        if (!spec.path("initContainers").isEmpty()) {
            Containers.describe("Init Containers", spec.path("initContainers"), status.path("initContainerStatuses"), false, out);
        }
        Containers.describe("Containers", spec.path("containers"), status.path("containerStatuses"), false, out);
        if (!spec.path("ephemeralContainers").isEmpty()) {
            Containers.describe("Ephemeral Containers", spec.path("ephemeralContainers"), status.path("ephemeralContainerStatuses"), false, out);
        }
    }
}
