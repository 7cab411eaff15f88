package io.moka.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Container;
import io.moka.kubelet.pod.CriticalPods;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Quantities;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Chooses the pod to evict for a threshold, and the message of its status. Decides only.
///
/// Pods that use more than they request are evicted first; of these, pods of the lowest priority; of these, the pod whose usage exceeds its request most.
/// Process ids have no requests: the lowest priority comes first, then the pod with most processes. So the quality of service decides, too: a best-effort pod
/// requests nothing and always exceeds that; a guaranteed pod never exceeds its request, as its limit is the same. Follows upstream's `rankMemoryPressure`,
/// `rankDiskPressureFunc` and `rankPIDPressure`.
final class EvictionPlan {

    private EvictionPlan() {
    }

    /// The pod that goes.
    record Victim(PodUsage usage, String message) {
    }

    /// @param seen the reading by which the threshold is crossed
    /// @return null where only critical pods are left
    static @Nullable Victim victim(Threshold threshold, Observation seen, List<PodUsage> pods) {
        return ranked(threshold.signal(), pods).stream().filter(usage -> !CriticalPods.isCritical(usage.pod())).findFirst()
                .map(usage -> new Victim(usage, message(threshold, seen, usage))).orElse(null);
    }

    /// Returns the pods in the order of eviction, including critical pods.
    static List<PodUsage> ranked(Signal signal, List<PodUsage> pods) {
        Comparator<PodUsage> byPriority = Comparator.comparingInt(usage -> CriticalPods.priority(usage.pod()));
        Comparator<PodUsage> byExcess = Comparator.comparingLong(usage -> excess(signal, usage));
        var order = signal == Signal.PROCESS_IDS ? byPriority.thenComparing(byExcess.reversed())
                : Comparator.<PodUsage, Boolean>comparing(usage -> excess(signal, usage) <= 0).thenComparing(byPriority).thenComparing(byExcess.reversed());
        return pods.stream().sorted(order).toList();
    }

    private static long excess(Signal signal, PodUsage usage) {
        return usage.total() - Pods.request(usage.pod(), signal.resource(), Quantities::value);
    }

    private static String message(Threshold threshold, Observation seen, PodUsage usage) {
        var resource = threshold.signal().resource();
        var message = new StringBuilder("The node was low on resource: " + resource + ". Threshold quantity: " + Threshold.text(threshold.limit().of(seen.capacity()))
                + ", available: " + Threshold.text(seen.available()) + ". ");
        for (var container : lasting(usage)) {
            var used = usage.byContainer().get(container.getName());
            var request = container.getResources() == null || container.getResources().getRequests() == null ? null : container.getResources().getRequests().get(resource);
            if (used != null && used > Quantities.value(request)) {
                message.append("Container ").append(container.getName()).append(" was using ").append(Threshold.text(used)).append(", request is ")
                        .append(request == null ? "0" : request).append(", has larger consumption of ").append(resource).append(". ");
            }
        }
        return message.toString();
    }

    /// The containers that run as long as the pod does.
    private static List<Container> lasting(PodUsage usage) {
        var spec = usage.pod().getSpec();
        return Stream.concat(spec.getContainers().stream(),
                spec.getInitContainers().stream().filter(init -> "Always".equals(init.getRestartPolicy()))).toList();
    }
}
