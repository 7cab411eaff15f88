package io.moka.controllers.podowner;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.Pods;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Describes in a few words why a pod is not ready, for the conditions of objects that wait for the pod.
public final class PodTrouble {

    private static final int LONGEST = 200;

    private PodTrouble() {
    }

    /// Returns the pod's own failure, the scheduler's reason, the state of a container that waits or has ended, or that its containers are not ready.
    public static String of(Pod pod) {
        var status = pod.getStatus();
        if (status == null) {
            return "not started yet";
        }
        if (Pods.isTerminal(pod)) {
            return said(status.getReason() == null ? status.getPhase() : status.getReason(), status.getMessage());
        }
        var scheduled = Pods.condition(pod, "PodScheduled");
        if (scheduled != null && scheduled.getStatus().equals("False")) {
            return said(scheduled.getReason() == null ? "not scheduled" : scheduled.getReason(), scheduled.getMessage());
        }
        return Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                .map(PodTrouble::of).filter(text -> !text.isEmpty()).findFirst().orElse("its containers are not ready");
    }

    private static String of(ContainerStatus container) {
        var state = container.getState();
        if (state == null || Boolean.TRUE.equals(container.getReady())) {
            return "";
        }
        if (state.getWaiting() != null) {
            return "container \"" + container.getName() + "\": " + said(state.getWaiting().getReason(), state.getWaiting().getMessage());
        }
        if (state.getTerminated() != null && !Integer.valueOf(0).equals(state.getTerminated().getExitCode())) {
            return "container \"" + container.getName() + "\" ended with " + state.getTerminated().getExitCode();
        }
        return "";
    }

    private static String said(@Nullable String reason, @Nullable String message) {
        var text = (reason == null ? "" : reason) + (message == null || message.isEmpty() ? "" : ": " + message);
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    }
}
