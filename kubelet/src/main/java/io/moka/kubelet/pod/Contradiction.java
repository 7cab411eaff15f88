package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Compares the status that the kubelet last sent for a pod with the status in the API. When a node has been silent, the controllers mark its pods as not
/// ready, and only the kubelet can correct that.
///
/// Only fields that the kubelet decides are compared, without those that a server may write in another form.
public final class Contradiction {

    private Contradiction() {
    }

    /// @param shown null where there is no status at all
    public static boolean between(PodStatus said, @Nullable PodStatus shown) {
        return shown == null || !Objects.equals(said.getPhase(), shown.getPhase()) || !sameText(said.getReason(), shown.getReason())
                || !sameText(said.getPodIP(), shown.getPodIP()) || !conditionsAgree(said, shown)
                || !agree(said.getContainerStatuses(), shown.getContainerStatuses())
                || !agree(said.getInitContainerStatuses(), shown.getInitContainerStatuses());
    }

    /// Conditions that other components set are ignored.
    private static boolean conditionsAgree(PodStatus said, PodStatus shown) {
        return said.getConditions().stream().allMatch(own -> shown.getConditions().stream()
                .anyMatch(other -> own.getType().equals(other.getType()) && own.getStatus().equals(other.getStatus())));
    }

    private static boolean agree(List<ContainerStatus> said, List<ContainerStatus> shown) {
        return said.size() == shown.size() && said.stream().allMatch(own -> shown.stream().anyMatch(other -> agree(own, other)));
    }

    private static boolean agree(ContainerStatus said, ContainerStatus shown) {
        return said.getName().equals(shown.getName()) && Objects.equals(said.getReady(), shown.getReady())
                && Objects.equals(said.getRestartCount(), shown.getRestartCount()) && sameText(said.getContainerID(), shown.getContainerID())
                && kinds(said).equals(kinds(shown));
    }

    private static List<Boolean> kinds(ContainerStatus status) {
        var state = status.getState();
        return state == null ? List.of() : Stream.of(state.getWaiting(), state.getRunning(), state.getTerminated()).map(Objects::nonNull).toList();
    }

    private static boolean sameText(@Nullable String a, @Nullable String b) {
        return Objects.requireNonNullElse(a, "").equals(Objects.requireNonNullElse(b, ""));
    }
}
