package io.moka.apiserver.kinds.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.apiserver.core.json.Conditions;
import java.util.HashSet;
import java.util.Set;

/// A pod's state in the cells READY, STATUS and RESTARTS, as kubectl shows it.
///
/// @param ready the ready and all containers, such as `1/2`
/// @param status one word: the phase, or the reason why the pod is not running
/// @param lastRestart the time when the last restarted container ended; empty when none was restarted
record PodSummary(String ready, String status, long restarts, String lastRestart) {

    static PodSummary of(JsonNode pod) {
        return new Builder(pod).build();
    }

    /// Examines the init containers, then the containers, then the deletion; the last of these with a result determines the status.
    private static final class Builder {

        private final JsonNode pod;
        private final JsonNode status;
        private final Set<String> sidecars = new HashSet<>();
        private String reason;
        private int ready;
        private long restarts;
        private String lastRestart = "";

        Builder(JsonNode pod) {
            this.pod = pod;
            this.status = pod.path("status");
            this.reason = status.path("reason").asText().isEmpty() ? status.path("phase").asText() : status.path("reason").asText();
        }

        PodSummary build() {
            for (JsonNode container : pod.path("spec").path("initContainers")) {
                if (container.path("restartPolicy").asText().equals("Always")) {
                    sidecars.add(container.path("name").asText());
                }
            }
            for (JsonNode condition : status.path("conditions")) {
                if (condition.path("type").asText().equals("PodScheduled") && condition.path("reason").asText().equals("SchedulingGated")) {
                    reason = "SchedulingGated";
                }
            }
            boolean initializing = initContainers();
            if (!initializing || Conditions.isTrue(pod, "Initialized")) {
                containers();
            }
            deletion();
            int total = pod.path("spec").path("containers").size() + sidecars.size();
            return new PodSummary(ready + "/" + total, reason, restarts, lastRestart);
        }

        /// Whether the pod is still being initialized.
        private boolean initContainers() {
            JsonNode statuses = status.path("initContainerStatuses");
            for (int i = 0; i < statuses.size(); i++) {
                JsonNode container = statuses.get(i);
                boolean sidecar = sidecars.contains(container.path("name").asText());
                countRestarts(container);
                JsonNode terminated = container.path("state").path("terminated");
                if (terminated.isObject() && terminated.path("exitCode").asInt() == 0) {
                    continue;
                }
                if (sidecar && container.path("started").asBoolean()) {
                    if (container.path("ready").asBoolean()) {
                        ready++;
                    }
                    continue;
                }
                reason = initReason(container, terminated, i);
                return true;
            }
            return false;
        }

        private String initReason(JsonNode container, JsonNode terminated, int index) {
            if (terminated.isObject()) {
                return "Init:" + terminationReason(terminated);
            }
            String waiting = container.path("state").path("waiting").path("reason").asText();
            if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                return "Init:" + waiting;
            }
            return "Init:" + index + "/" + pod.path("spec").path("initContainers").size();
        }

        private static String terminationReason(JsonNode terminated) {
            String reason = terminated.path("reason").asText();
            int signal = terminated.path("signal").asInt();
            return !reason.isEmpty() ? reason : signal != 0 ? "Signal:" + signal : "ExitCode:" + terminated.path("exitCode").asInt();
        }

        private void containers() {
            restarts = 0;
            lastRestart = "";
            for (JsonNode container : status.path("initContainerStatuses")) {
                if (sidecars.contains(container.path("name").asText())) {
                    countRestarts(container);
                }
            }
            boolean running = false;
            JsonNode statuses = status.path("containerStatuses");
            for (int i = statuses.size() - 1; i >= 0; i--) {
                JsonNode container = statuses.get(i);
                countRestarts(container);
                JsonNode state = container.path("state");
                if (!state.path("waiting").path("reason").asText().isEmpty()) {
                    reason = state.path("waiting").path("reason").asText();
                } else if (state.path("terminated").isObject()) {
                    reason = terminationReason(state.path("terminated"));
                } else if (container.path("ready").asBoolean() && state.path("running").isObject()) {
                    running = true;
                    ready++;
                }
            }
            if (reason.equals("Completed") && running) {
                reason = Conditions.isTrue(pod, "Ready") ? "Running" : "NotReady";
            }
        }

        private void countRestarts(JsonNode container) {
            restarts += container.path("restartCount").asLong();
            String finished = container.path("lastState").path("terminated").path("finishedAt").asText();
            if (!finished.equals("null") && finished.compareTo(lastRestart) > 0) {
                lastRestart = finished;
            }
        }

        private void deletion() {
            if (!pod.path("metadata").hasNonNull("deletionTimestamp")) {
                return;
            }
            String phase = status.path("phase").asText();
            if (status.path("reason").asText().equals("NodeLost")) {
                reason = "Unknown";
            } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                reason = "Terminating";
            }
        }
    }
}
