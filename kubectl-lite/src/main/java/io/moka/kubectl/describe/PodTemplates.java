package io.moka.kubectl.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/// The pod template of a workload.
final class PodTemplates {

    private PodTemplates() {
    }

    /// The template of a workload.
    static void describe(JsonNode template, Lines out) {
        out.add(0, "Pod Template:");
        out.pairs(1, "Labels", template.path("metadata").path("labels"));
        if (!template.path("metadata").path("annotations").isEmpty()) {
            out.annotations(1, template.path("metadata").path("annotations"));
        }
        var spec = template.path("spec");
        out.optional(1, "Service Account", spec.path("serviceAccountName"));
        var none = MissingNode.getInstance();
        if (!spec.path("initContainers").isEmpty()) {
            Containers.describe("Init Containers", spec.path("initContainers"), none, true, out);
        }
        Containers.describe("Containers", spec.path("containers"), none, true, out);
        Volumes.describe(spec.path("volumes"), true, out);
        Placement.constraints(spec.path("topologySpreadConstraints"), out);
        out.optional(1, "Priority Class Name", spec.path("priorityClassName"));
        templatePlacement(spec, out);
    }

    private static void templatePlacement(JsonNode spec, Lines out) {
        var selectors = spec.path("nodeSelector");
        out.pairs(1, "Node-Selectors", selectors);
        var tolerations = Placement.tolerations(spec);
        var label = "Tolerations:";
        if (tolerations.isEmpty()) {
            out.field(1, "Tolerations", "<none>");
        }
        for (var toleration : tolerations) {
            out.add(1, label + "\t" + toleration);
            label = "";
        }
    }
}
