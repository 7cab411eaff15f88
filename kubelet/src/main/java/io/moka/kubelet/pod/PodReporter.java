package io.moka.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tells the API what has become of one pod, whenever that is something new. Used by the pod's worker alone.
final class PodReporter {

    private final NodeServices services;
    private final Supplier<Map<String, Waiting>> problems;
    private final Supplier<ResizeVerdict> resize;
    private final Instant startTime;

    // what was said last, by this kubelet or the one before it
    private @Nullable PodStatus last;

    /// @param problems what keeps containers from starting, by their names
    PodReporter(NodeServices services, Pod pod, Supplier<Map<String, Waiting>> problems, Supplier<ResizeVerdict> resize) {
        this.services = services;
        this.problems = problems;
        this.resize = resize;
        this.last = pod.getStatus();
        var begun = last == null ? null : Times.parse(last.getStartTime());
        this.startTime = begun == null ? services.clock().instant() : begun;
    }

    /// When a kubelet first saw the pod.
    Instant startTime() {
        return startTime;
    }

    /// @param failure the kubelet's own verdict, or null
    /// @param over whether no container will run any more
    void report(PodView view, Map<String, Waiting> waiting, PodStatuses.@Nullable Failure failure, boolean over) {
        var status = status(view, waiting, failure, over);
        if (!status.equals(last)) {
            last = status;
            services.reports().report(view.pod(), status);
        }
    }

    /// The last word on a pod that goes, after which its object is deleted.
    ///
    /// @param settled what was said last stands
    void finish(PodView view, PodStatuses.@Nullable Failure failure, boolean settled) {
        services.reports().finish(view.pod(), settled && last != null ? last : status(view, Map.of(), failure, true));
    }

    /// An event for each container that is held back from now on.
    void announceBackOff(PodView view, Map<String, Waiting> waiting) {
        waiting.forEach((name, wait) -> {
            if (wait.reason().equals("CrashLoopBackOff") && last != null && !saidToWait(last, name)) {
                services.events().warning(view.pod(), name, "BackOff", "Back-off restarting failed container " + name + " in pod " + view.latest(name).pod());
            }
        });
    }

    private static boolean saidToWait(PodStatus said, String container) {
        return Stream.of(said.getInitContainerStatuses(), said.getContainerStatuses()).flatMap(List::stream)
                .anyMatch(status -> status.getName().equals(container) && status.getState() != null && status.getState().getWaiting() != null);
    }

    private PodStatus status(PodView view, Map<String, Waiting> waiting, PodStatuses.@Nullable Failure failure, boolean over) {
        var reasons = new HashMap<>(waiting);
        problems.get().forEach(reasons::putIfAbsent);
        List<PodCondition> before = last == null ? List.of() : last.getConditions();
        return PodStatuses.of(view, new PodStatuses.Context(reasons, failure, resize.get(), before, startTime, services.clock().instant(), over));
    }
}
