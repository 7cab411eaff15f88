package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountStatus;
import io.fabric8.kubernetes.api.model.VolumeMountStatusBuilder;
import io.moka.kubelet.container.ContainerSpecs;
import io.moka.kubelet.runtime.ContainerRecord;
import io.moka.kubelet.runtime.ContainerState.Created;
import io.moka.kubelet.runtime.ContainerState.Exited;
import io.moka.kubelet.runtime.ContainerState.Running;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes the status of each container of a pod.
final class ContainerStatuses {

    private final PodView view;
    private final Map<String, Waiting> waiting;

    ContainerStatuses(PodView view, Map<String, Waiting> waiting) {
        this.view = view;
        this.waiting = waiting;
    }

    List<ContainerStatus> ofInit() {
        var statuses = new ArrayList<ContainerStatus>();
        for (var init : view.pod().getSpec().getInitContainers()) {
            var status = of(init, "PodInitializing");
            boolean succeeded = status.getState().getTerminated() != null && status.getState().getTerminated().getExitCode() == 0;
            status.setReady(PodView.isSidecar(init) ? status.getReady() : succeeded);
            statuses.add(status);
        }
        return statuses;
    }

    List<ContainerStatus> ofMain() {
        var standard = view.pod().getSpec().getInitContainers().isEmpty() ? "ContainerCreating" : "PodInitializing";
        return view.pod().getSpec().getContainers().stream().map(container -> of(container, standard)).toList();
    }

    /// Returns the statuses of the ephemeral containers, which are never ready.
    List<ContainerStatus> ofEphemeral() {
        var statuses = EphemeralContainers.of(view.pod()).stream().map(container -> of(container, "ContainerCreating")).toList();
        statuses.forEach(status -> {
            status.setReady(false);
            status.setStarted(null);
        });
        return statuses;
    }

    private ContainerStatus of(Container container, String waitingReason) {
        var latest = view.latest(container.getName());
        var wait = waiting.get(container.getName());
        var status = new ContainerStatusBuilder().withName(container.getName()).withImage(container.getImage()).withImageID("")
                .withRestartCount(0).withReady(false).withStarted(false);
        var lost = view.lost(container.getName());
        if (lost != null && RestartRules.policy(view.pod(), container).equals("Never")) {
            return status.withRestartCount(lost.getRestartCount()).withContainerID(lost.getContainerID()).withImageID(lost.getImageID())
                    .withState(unknownEnd(lost)).withLastState(new ContainerState()).build();
        }
        if (latest == null || latest.state() instanceof Created) {
            return status.withState(waiting(wait == null ? new Waiting(waitingReason, "") : wait))
                    .withRestartCount(latest == null ? 0 : latest.attempt()).withLastState(lastState(latest)).build();
        }
        var facts = view.facts(latest);
        resources(status, container, latest);
        status.withVolumeMounts(container.getVolumeMounts().stream().map(ContainerStatuses::mounted).toList());
        status.withRestartCount(latest.attempt()).withContainerID(latest.uri()).withImageID("docker://" + latest.imageId());
        return switch (latest.state()) {
            case Created created -> status.build();
            case Running running -> status
                    .withState(new ContainerStateBuilder().withNewRunning(time(running.startedAt())).build())
                    .withLastState(lastState(latest)).withStarted(facts.started()).withReady(facts.started() && facts.ready()).build();
            case Exited end -> wait == null
                    ? status.withState(terminated(latest, end)).withLastState(lastState(latest)).build()
                    : status.withState(waiting(wait)).withLastState(terminated(latest, end)).build();
        };
    }

    /// Sets the resources that the container has been given: those of its spec or, while a resize is not done, those last reported.
    private void resources(ContainerStatusBuilder status, Container container, ContainerRecord latest) {
        if (container.getResources() == null) {
            return;
        }
        if (PodResize.isDone(container, latest)) {
            status.withResources(container.getResources()).withAllocatedResources(container.getResources().getRequests());
        } else if (view.pod().getStatus() != null) {
            view.pod().getStatus().getContainerStatuses().stream().filter(known -> known.getName().equals(container.getName())).findFirst()
                    .ifPresent(known -> status.withResources(known.getResources()).withAllocatedResources(known.getAllocatedResources()));
        }
    }

    /// A mount as the container has it: a mount that asks for `IfPossible` is `Enabled` or `Disabled` here.
    private static VolumeMountStatus mounted(VolumeMount mount) {
        var within = !Boolean.TRUE.equals(mount.getReadOnly()) ? null : ContainerSpecs.isRecursivelyReadOnly(mount) ? "Enabled" : "Disabled";
        return new VolumeMountStatusBuilder().withName(mount.getName()).withMountPath(mount.getMountPath()).withReadOnly(mount.getReadOnly()).withRecursiveReadOnly(within).build();
    }

    /// Returns the state of a container that has vanished, in upstream's words.
    private static ContainerState unknownEnd(ContainerStatus lost) {
        return new ContainerStateBuilder().withNewTerminated().withContainerID(lost.getContainerID()).withExitCode(137).withReason("ContainerStatusUnknown")
                .withMessage("The container could not be located when the pod was terminated").endTerminated().build();
    }

    private ContainerState lastState(@Nullable ContainerRecord latest) {
        var previous = latest == null ? null : view.previous(latest.name());
        var end = previous == null ? null : previous.exited();
        return previous == null || end == null ? new ContainerState() : terminated(previous, end);
    }

    private static ContainerState waiting(Waiting wait) {
        return new ContainerStateBuilder().withNewWaiting().withReason(wait.reason())
                .withMessage(wait.message().isEmpty() ? null : wait.message()).endWaiting().build();
    }

    private ContainerState terminated(ContainerRecord record, Exited end) {
        var words = view.facts(record).lastWords();
        return new ContainerStateBuilder().withNewTerminated().withContainerID(record.uri()).withExitCode(end.exitCode())
                .withReason(reason(end)).withMessage(words.isEmpty() ? null : words)
                .withStartedAt(time(end.startedAt())).withFinishedAt(time(end.finishedAt())).endTerminated().build();
    }

    private static String reason(Exited end) {
        if (end.oomKilled()) {
            return "OOMKilled";
        }
        if (end.startedAt().equals(Instant.EPOCH)) {
            return "StartError";
        }
        return end.exitCode() == 0 ? "Completed" : "Error";
    }

    private static String time(Instant instant) {
        return Times.format(instant);
    }
}
