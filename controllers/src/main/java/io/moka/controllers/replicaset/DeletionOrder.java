package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.moka.machinery.meta.Pods;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Orders pods by the sequence in which they are deleted when there are too many.
///
/// Follows upstream's `ActivePodsWithRanks`: not scheduled, pending before running, not ready, lower deletion cost, more pods on the same node, ready for a
/// shorter time, more restarts, younger. Times are compared by their order of magnitude, so that among pods of about the same age any may be deleted, and not
/// always those of the newest node.
final class DeletionOrder {

    private DeletionOrder() {
    }

    /// @param related the pods that make a node crowded, `pods` among them
    static List<Pod> leastValuable(List<Pod> pods, List<Pod> related, int count, Instant now) {
        Map<String, Long> onNode = related.stream().collect(Collectors.groupingBy(DeletionOrder::node, Collectors.counting()));
        return pods.stream().sorted(Comparator
                .comparing((Pod pod) -> !node(pod).isEmpty())
                .thenComparing(pod -> rank(Pods.phase(pod)))
                .thenComparing(Pods::isReady)
                .thenComparing(DeletionOrder::cost)
                .thenComparing(pod -> -onNode.getOrDefault(node(pod), 0L))
                .thenComparing(pod -> magnitude(readySince(pod), now))
                .thenComparing(pod -> -restarts(pod))
                .thenComparing(pod -> magnitude(pod.getMetadata().getCreationTimestamp(), now))
                .thenComparing(pod -> pod.getMetadata().getUid(), Comparator.nullsFirst(Comparator.naturalOrder())))
                .limit(count).toList();
    }

    private static int rank(String phase) {
        return switch (phase) {
            case "Pending" -> 0;
            case "Unknown" -> 1;
            default -> 2;
        };
    }

    /// The logarithm to base 2 of the nanoseconds since then; -1 for a time to come or none.
    private static long magnitude(@Nullable String since, Instant now) {
        if (since == null || since.isEmpty()) {
            return -1;
        }
        long nanos = Duration.between(Instant.parse(since), now).toNanos();
        return nanos <= 0 ? -1 : 63 - Long.numberOfLeadingZeros(nanos);
    }

    private static String node(Pod pod) {
        var node = pod.getSpec().getNodeName();
        return node == null ? "" : node;
    }

    private static long cost(Pod pod) {
        var annotations = pod.getMetadata().getAnnotations();
        var cost = annotations == null ? null : annotations.get("controller.kubernetes.io/pod-deletion-cost");
        return cost != null && cost.matches("-?(0|[1-9][0-9]{0,9})") ? Long.parseLong(cost) : 0;
    }

    private static @Nullable String readySince(Pod pod) {
        var ready = Pods.condition(pod, "Ready");
        return Pods.isReady(pod) && ready != null ? ready.getLastTransitionTime() : null;
    }

    private static int restarts(Pod pod) {
        PodStatus status = pod.getStatus();
        return status == null ? 0 : status.getContainerStatuses().stream()
                .mapToInt(container -> container.getRestartCount() == null ? 0 : container.getRestartCount()).max().orElse(0);
    }
}
