package io.moka.kubelet.runtime;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads what Docker says of a container.
final class DockerInspection {

    private DockerInspection() {
    }

    static ContainerRecord record(InspectContainerResponse container) {
        Map<String, String> labels = Objects.requireNonNullElse(container.getConfig().getLabels(), Map.of());
        return new ContainerRecord(container.getId(), Labels.pod(labels), labels.getOrDefault(Labels.CONTAINER, ""),
                Integer.parseInt(labels.getOrDefault(Labels.ATTEMPT, "0")), labels.getOrDefault(Labels.SANDBOX, ""),
                labels.getOrDefault(Labels.HASH, ""), labels.getOrDefault(Labels.IMAGE, ""), container.getImageId(),
                Boolean.TRUE.equals(container.getConfig().getTty()), instant(container.getCreated()), state(container.getState()));
    }

    private static ContainerState state(InspectContainerResponse.ContainerState state) {
        if (Boolean.TRUE.equals(state.getRunning())) {
            return new ContainerState.Running(instant(state.getStartedAt()), state.getPidLong() == null ? 0 : state.getPidLong().intValue());
        }
        var finished = instant(state.getFinishedAt());
        if ("created".equals(state.getStatus()) && finished.getEpochSecond() <= 0) {
            return new ContainerState.Created();
        }
        int code = state.getExitCodeLong() == null ? 0 : state.getExitCodeLong().intValue();
        return new ContainerState.Exited(instant(state.getStartedAt()), finished, code,
                Boolean.TRUE.equals(state.getOOMKilled()), Objects.requireNonNullElse(state.getError(), ""));
    }

    /// Docker writes the year 1 for never.
    private static Instant instant(@Nullable String text) {
        return text == null || text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    }
}
