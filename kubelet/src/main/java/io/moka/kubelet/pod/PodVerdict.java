package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.pod.PodStatuses.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Decides whether the kubelet ends a pod by itself: one that it does not admit, one whose deadline is over, one that is evicted.
///
/// @param startTime when a kubelet first saw the pod
record PodVerdict(NodeServices services, Instant startTime) {

    /// Decides once more, and records an event for a failure.
    ///
    /// @param admitted whether the pod was admitted before
    /// @return null while the pod may run
    @Nullable Failure of(Desired desired, boolean admitted, Instant now) {
        var pod = desired.pod();
        var rejection = services.admission().admit(pod, admitted);
        if (rejection != null) {
            services.events().warning(pod, null, rejection.reason(), rejection.message().replaceFirst("^Pod was rejected: ", ""));
            return new Failure(rejection.reason(), rejection.message());
        }
        var deadline = deadline(pod);
        if (deadline != null && !now.isBefore(deadline)) {
            return new Failure("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
        }
        var eviction = desired.eviction();
        if (eviction != null) {
            services.events().warning(pod, null, "Evicted", eviction.message());
            return new Failure("Evicted", eviction.message(), eviction.disrupts());
        }
        return null;
    }

    /// Returns the end of the pod's active deadline; null if it has none.
    @Nullable Instant deadline(Pod pod) {
        var seconds = pod.getSpec().getActiveDeadlineSeconds();
        return seconds == null ? null : startTime.plusSeconds(seconds);
    }
}
