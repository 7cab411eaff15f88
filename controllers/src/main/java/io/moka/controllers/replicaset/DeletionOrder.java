package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.moka.machinery.meta.Pods;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Which pods go first when there are too many.
///
/// Follows upstream's `ActivePodsWithRanks`: not scheduled, pending before running, not ready, lower deletion cost, more siblings on
/// the same node, ready for a shorter time, more restarts, younger.
final class DeletionOrder {

    private DeletionOrder() {
    }

    static List<Pod> leastValuable(List<Pod> pods, int count) {
        Map<String, Long> onNode = pods.stream().collect(Collectors.groupingBy(DeletionOrder::node, Collectors.counting()));
        return pods.stream().sorted(Comparator
                .comparing((Pod pod) -> !node(pod).isEmpty())
                .thenComparing(pod -> Pods.phase(pod).equals("Running"))
                .thenComparing(Pods::isReady)
                .thenComparing(DeletionOrder::cost)
                .thenComparing(pod -> -onNode.get(node(pod)))
                .thenComparing(DeletionOrder::readySince, Comparator.reverseOrder())
                .thenComparing(pod -> -restarts(pod))
                .thenComparing(pod -> pod.getMetadata().getCreationTimestamp(), Comparator.reverseOrder()))
                .limit(count).toList();
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

    private static String readySince(Pod pod) {
        var ready = Pods.condition(pod, "Ready");
        return ready == null || ready.getLastTransitionTime() == null ? "" : ready.getLastTransitionTime();
    }

    private static int restarts(Pod pod) {
        PodStatus status = pod.getStatus();
        return status == null ? 0 : status.getContainerStatuses().stream()
                .mapToInt(container -> container.getRestartCount() == null ? 0 : container.getRestartCount()).max().orElse(0);
    }
}
