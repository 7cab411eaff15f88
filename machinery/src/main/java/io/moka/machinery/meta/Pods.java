package io.moka.machinery.meta;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/// Functions on pods that several components share.
///
/// Follows upstream's `pkg/api/v1/pod`.
public final class Pods {

    private Pods() {
    }

    public static String phase(Pod pod) {
        var status = pod.getStatus();
        return status == null || status.getPhase() == null ? "Pending" : status.getPhase();
    }

    /// Whether the pod has succeeded or failed: none of its containers will ever run again.
    public static boolean isTerminal(Pod pod) {
        var phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    public static boolean isTerminating(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /// Whether the pod is neither terminal nor terminating, and so counts as a replica.
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

    /// Whether the pod is ready, and has been for at least `minReady`.
    public static boolean isAvailable(Pod pod, Duration minReady, Instant now) {
        var ready = condition(pod, "Ready");
        if (ready == null || !ready.getStatus().equals("True")) {
            return false;
        }
        return minReady.isZero() || (ready.getLastTransitionTime() != null
                && !Instant.parse(ready.getLastTransitionTime()).plus(minReady).isAfter(now));
    }

    /// Returns the pod's request of a resource: the sum of its containers, or its largest init container where that is more. An init container
    /// that restarts (a sidecar) runs beside all that follow it. A request of the pod as a whole takes the place of that sum.
    public static long request(Pod pod, String resource, Function<@Nullable Quantity, Long> unit) {
        return total(pod, resource, unit, ResourceRequirements::getRequests);
    }

    /// Returns the pod's limit of a resource, added up as its requests are. Containers without a limit count as 0.
    public static long limit(Pod pod, String resource, Function<@Nullable Quantity, Long> unit) {
        return total(pod, resource, unit, ResourceRequirements::getLimits);
    }

    private static long total(Pod pod, String resource, Function<@Nullable Quantity, Long> unit, Function<ResourceRequirements, Map<String, Quantity>> side) {
        long whole = amount(pod.getSpec().getResources(), resource, unit, side);
        var overhead = pod.getSpec().getOverhead();
        return (whole > 0 ? whole : ofContainers(pod, resource, unit, side)) + (overhead == null ? 0 : unit.apply(overhead.get(resource)));
    }

    private static long ofContainers(Pod pod, String resource, Function<@Nullable Quantity, Long> unit, Function<ResourceRequirements, Map<String, Quantity>> side) {
        long containers = 0;
        for (var container : pod.getSpec().getContainers()) {
            containers += amount(container.getResources(), resource, unit, side);
        }
        long sidecars = 0;
        long peak = 0;
        for (var init : pod.getSpec().getInitContainers()) {
            long asked = amount(init.getResources(), resource, unit, side);
            if ("Always".equals(init.getRestartPolicy())) {
                sidecars += asked;
                peak = Math.max(peak, sidecars);
            } else {
                peak = Math.max(peak, sidecars + asked);
            }
        }
        return Math.max(containers + sidecars, peak);
    }

    private static long amount(@Nullable ResourceRequirements resources, String resource, Function<@Nullable Quantity, Long> unit,
            Function<ResourceRequirements, Map<String, Quantity>> side) {
        Map<String, Quantity> amounts = resources == null ? null : side.apply(resources);
        return amounts == null ? 0 : unit.apply(amounts.get(resource));
    }
}
