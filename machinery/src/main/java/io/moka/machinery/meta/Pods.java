package io.moka.machinery.meta;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/// Questions that several components ask of a pod, answered in one place.
///
/// Follows upstream's `pkg/api/v1/pod`.
public final class Pods {

    private Pods() {
    }

    public static String phase(Pod pod) {
        var status = pod.getStatus();
        return status == null || status.getPhase() == null ? "Pending" : status.getPhase();
    }

    /// Succeeded or failed: no container of it will ever run again.
    public static boolean isTerminal(Pod pod) {
        var phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    public static boolean isTerminating(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /// Neither over nor going away: counts as a replica.
    public static boolean isActive(Pod pod) {
        return !isTerminal(pod) && !isTerminating(pod);
    }

    public static @Nullable PodCondition condition(Pod pod, String type) {
        if (pod.getStatus() == null) {
            return null;
        }
        for (var condition : pod.getStatus().getConditions()) {
            if (condition.getType().equals(type)) {
                return condition;
            }
        }
        return null;
    }

    public static boolean isReady(Pod pod) {
        var ready = condition(pod, "Ready");
        return ready != null && ready.getStatus().equals("True");
    }

    /// Ready, and for at least `minReady`.
    public static boolean isAvailable(Pod pod, Duration minReady, Instant now) {
        var ready = condition(pod, "Ready");
        if (ready == null || !ready.getStatus().equals("True")) {
            return false;
        }
        return minReady.isZero() || (ready.getLastTransitionTime() != null
                && !Instant.parse(ready.getLastTransitionTime()).plus(minReady).isAfter(now));
    }

    /// What the pod asks of a resource: the sum of its containers, or its largest init container where that is more. An
    /// init container that restarts (a sidecar) runs beside all that follow it.
    public static long request(Pod pod, String resource, Function<@Nullable Quantity, Long> unit) {
        long containers = 0;
        for (var container : pod.getSpec().getContainers()) {
            containers += request(container, resource, unit);
        }
        long sidecars = 0;
        long peak = 0;
        for (var init : pod.getSpec().getInitContainers()) {
            long asked = request(init, resource, unit);
            if ("Always".equals(init.getRestartPolicy())) {
                sidecars += asked;
                peak = Math.max(peak, sidecars);
            } else {
                peak = Math.max(peak, sidecars + asked);
            }
        }
        var overhead = pod.getSpec().getOverhead();
        return Math.max(containers + sidecars, peak) + (overhead == null ? 0 : unit.apply(overhead.get(resource)));
    }

    private static long request(Container container, String resource, Function<@Nullable Quantity, Long> unit) {
        var resources = container.getResources();
        Map<String, Quantity> requests = resources == null ? null : resources.getRequests();
        return requests == null ? 0 : unit.apply(requests.get(resource));
    }
}
