package io.moka.kubelet.hollow;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.pod.CrashLoops;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState;
import io.moka.kubelet.runtime.PodIdentity;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The containers of a hollow pod: records that a container engine would keep, of the last attempts of each container.
///
/// Used by its [HollowPod] alone, under the same lock.
final class HollowContainers {

    private static final int SIGTERM_EXIT = 143;

    private final Instant podStart;
    private final CrashLoops crashLoops = new CrashLoops();
    private final List<ContainerRecord> records = new ArrayList<>();
    private Pod pod;

    HollowContainers(Pod pod, Instant podStart) {
        this.pod = pod;
        this.podStart = podStart;
    }

    /// The records are those of a status that an earlier process has written.
    void adopt(PodStatus status) {
        Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream()).forEach(this::adopt);
    }

    private void adopt(ContainerStatus status) {
        int attempt = status.getRestartCount() == null ? 0 : status.getRestartCount();
        var last = status.getLastState() == null ? null : status.getLastState().getTerminated();
        var state = status.getState();
        boolean waits = state == null || state.getRunning() == null && state.getTerminated() == null;
        spec(status.getName()).ifPresent(container -> {
            if (last != null) {
                records.add(record(container, waits ? attempt : attempt - 1, exited(last)));
            }
            if (!waits) {
                records.add(record(container, attempt, state.getRunning() == null ? exited(state.getTerminated())
                        : new ContainerState.Running(time(state.getRunning().getStartedAt()), 1)));
            }
        });
    }

    private static ContainerState exited(ContainerStateTerminated end) {
        return new ContainerState.Exited(time(end.getStartedAt()), time(end.getFinishedAt()), end.getExitCode() == null ? 0 : end.getExitCode(), false, "");
    }

    private static Instant time(@Nullable String text) {
        var time = Times.parse(text);
        return time == null ? Instant.EPOCH : time;
    }

    private Optional<Container> spec(String name) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .filter(container -> container.getName().equals(name)).findFirst();
    }

    void update(Pod changed) {
        pod = changed;
    }

    List<ContainerRecord> all() {
        return List.copyOf(records);
    }

    boolean none() {
        return records.isEmpty();
    }

    CrashLoops crashLoops() {
        return crashLoops;
    }

    String sandboxId() {
        return "hollow-" + pod.getMetadata().getUid();
    }

    private @Nullable ContainerRecord latest(String name) {
        return records.stream().filter(record -> record.name().equals(name)).reduce((a, b) -> b.attempt() >= a.attempt() ? b : a).orElse(null);
    }

    /// Running containers have the resources that the pod asks for at once.
    void resize() {
        records.replaceAll(record -> !record.isRunning() ? record : spec(record.name()).map(container -> record(container, record.attempt(), record.state()))
                .filter(other -> other.hash().equals(record.hash())).orElse(record));
    }

    /// @return when the next main container ends by annotation, or null
    @Nullable Instant endDue(HollowAnnotations annotations, Instant now) {
        var code = annotations.exitCode();
        if (code == null) {
            return null;
        }
        Instant next = null;
        for (var container : pod.getSpec().getContainers()) {
            var latest = latest(container.getName());
            if (latest != null && latest.state() instanceof ContainerState.Running running) {
                var due = running.startedAt().plus(annotations.exitAfter());
                if (due.isAfter(now)) {
                    next = HollowAnnotations.earliest(next, due);
                } else {
                    replace(latest, exit(latest, now, code));
                }
            }
        }
        return next;
    }

    void start(Container container, Instant now) {
        var latest = latest(container.getName());
        if (latest != null) {
            crashLoops.restarted(container.getName());
        }
        boolean runsOn = !pod.getSpec().getInitContainers().contains(container) || "Always".equals(container.getRestartPolicy());
        records.add(record(container, latest == null ? 0 : latest.attempt() + 1,
                runsOn ? new ContainerState.Running(now, 1) : new ContainerState.Exited(now, now, 0, false, "")));
        records.removeIf(record -> latest != null && record.name().equals(latest.name()) && record.attempt() < latest.attempt());
    }

    private static ContainerState exit(ContainerRecord record, Instant now, int code) {
        var startedAt = record.state() instanceof ContainerState.Running running ? running.startedAt() : now;
        return new ContainerState.Exited(startedAt, now, code, false, "");
    }

    private void replace(ContainerRecord before, ContainerState state) {
        records.replaceAll(record -> !record.id().equals(before.id()) ? record : new ContainerRecord(record.id(), record.pod(), record.name(), record.attempt(),
                record.sandboxId(), record.hash(), record.image(), record.imageId(), record.tty(), record.limits(), record.createdAt(), state));
    }

    private ContainerRecord record(Container container, int attempt, ContainerState state) {
        return new ContainerRecord(sandboxId() + "-" + container.getName() + "-" + attempt, PodIdentity.of(pod), container.getName(), attempt, sandboxId(),
                ContainerSpecs.hash(container), container.getImage(), "hollow", false, ContainerSpecs.limits(container), podStart, state);
    }

    /// The containers end as SIGTERM ends them.
    void stop(List<ContainerRecord> running, Instant now) {
        running.forEach(record -> replace(record, exit(record, now, SIGTERM_EXIT)));
    }

    void stopAll(Instant now) {
        stop(records.stream().filter(ContainerRecord::isRunning).toList(), now);
    }
}
