package io.moka.kubelet.runtime;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Converts Docker's description of a container.
final class DockerInspection {

    /// The exit code of what the engine could not start.
    private static final int START_ERROR = 128;

    private DockerInspection() {
    }

    static ContainerRecord record(InspectContainerResponse container) {
        Map<String, String> labels = Objects.requireNonNullElse(container.getConfig().getLabels(), Map.of());
        return new ContainerRecord(container.getId(), Labels.pod(labels), labels.getOrDefault(Labels.CONTAINER, ""),
                Integer.parseInt(labels.getOrDefault(Labels.ATTEMPT, "0")), labels.getOrDefault(Labels.SANDBOX, ""),
                labels.getOrDefault(Labels.HASH, ""), labels.getOrDefault(Labels.IMAGE, ""), container.getImageId(),
                Boolean.TRUE.equals(container.getConfig().getTty()), limits(container.getHostConfig()), instant(container.getCreated()), state(container.getState(), instant(container.getCreated())));
    }

    private static ContainerSpec.Limits limits(@Nullable HostConfig host) {
        return host == null ? new ContainerSpec.Limits(0, 0, 0) : new ContainerSpec.Limits(orZero(host.getCpuShares()), orZero(host.getCpuQuota()), orZero(host.getMemory()));
    }

    static ContainerFiles files(InspectContainerResponse container) {
        // the library's own class lacks the folders of overlay file systems
        var layer = container.getRawValues().get("GraphDriver") instanceof Map<?, ?> driver && driver.get("Data") instanceof Map<?, ?> data
                && data.get("UpperDir") instanceof String folder ? Path.of(folder) : null;
        var log = container.getLogPath();
        return new ContainerFiles(layer, log == null || log.isEmpty() ? null : Path.of(log));
    }

    private static long orZero(@Nullable Number number) {
        return number == null ? 0 : number.longValue();
    }

    private static ContainerState state(InspectContainerResponse.ContainerState state, Instant created) {
        if (Boolean.TRUE.equals(state.getRunning())) {
            return new ContainerState.Running(instant(state.getStartedAt()), state.getPidLong() == null ? 0 : state.getPidLong().intValue());
        }
        var finished = instant(state.getFinishedAt());
        int code = state.getExitCodeLong() == null ? 0 : state.getExitCodeLong().intValue();
        var error = Objects.requireNonNullElse(state.getError(), "");
        if ("created".equals(state.getStatus())) {
            return error.isEmpty() ? new ContainerState.Created() : new ContainerState.Exited(Instant.EPOCH, created, START_ERROR, false, error);
        }
        return new ContainerState.Exited(instant(state.getStartedAt()), finished, code, Boolean.TRUE.equals(state.getOOMKilled()), error);
    }

    /// Docker writes the year 1 for never.
    private static Instant instant(@Nullable String text) {
        return text == null || text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    }
}
