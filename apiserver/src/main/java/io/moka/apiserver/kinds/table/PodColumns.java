package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Conditions;
import java.time.Instant;
import java.util.List;

/// The columns of pods.
final class PodColumns {

    private PodColumns() {
    }

    static List<Column> columns() {
        return List.of(
                Columns.NAME,
                Column.of("Ready", pod -> PodSummary.of(pod).ready()),
                Column.of("Status", pod -> PodSummary.of(pod).status()),
                Column.timed("Restarts", PodColumns::restarts),
                Columns.AGE,
                Column.path("IP", "status.podIP", Cells.NONE).inWide(),
                Column.path("Node", "spec.nodeName", Cells.NONE).inWide(),
                Column.path("Nominated Node", "status.nominatedNodeName", Cells.NONE).inWide(),
                Column.of("Readiness Gates", PodColumns::readinessGates).inWide());
    }

    private static String restarts(JsonNode pod, Instant now) {
        PodSummary summary = PodSummary.of(pod);
        boolean dated = summary.restarts() > 0 && !summary.lastRestart().isEmpty();
        return dated ? summary.restarts() + " (" + Cells.since(summary.lastRestart(), now) + " ago)" : String.valueOf(summary.restarts());
    }

    private static String readinessGates(JsonNode pod) {
        JsonNode gates = pod.path("spec").path("readinessGates");
        if (gates.isEmpty()) {
            return Cells.NONE;
        }
        int met = 0;
        for (JsonNode gate : gates) {
            if (Conditions.isTrue(pod, gate.path("conditionType").asText())) {
                met++;
            }
        }
        return met + "/" + gates.size();
    }
}
