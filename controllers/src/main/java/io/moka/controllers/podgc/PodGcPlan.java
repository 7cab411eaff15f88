package io.moka.controllers.podgc;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides whether a pod is removed although no kubelet has ended it.
final class PodGcPlan {

    static final Duration QUARANTINE = Duration.ofSeconds(40);
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    private PodGcPlan() {
    }

    /// @param node the pod's node; null if there is none of that name or the pod is not bound
    /// @param missingSince when the pod's node was first found missing; null if it is not missing
    static Plan of(Pod pod, @Nullable Node node, @Nullable Instant missingSince, Instant now) {
        var name = pod.getSpec().getNodeName();
        if (name == null || name.isEmpty()) {
            return Pods.isTerminating(pod) && !waitsForFinalizers(pod) ? removal(pod, null, now) : Plan.NOTHING;
        }
        if (node == null && missingSince != null) {
            var due = missingSince.plus(QUARANTINE);
            return due.isAfter(now) ? new Plan(List.of(), due) : removal(pod, Map.of("type", "DisruptionTarget", "status", "True", "reason", "DeletionByPodGC",
                    "message", "PodGC: node no longer exists", "lastTransitionTime", Times.format(now)), now);
        }
        boolean abandoned = node != null && Pods.isTerminating(pod) && !isReady(node) && isOutOfService(node);
        return abandoned ? removal(pod, null, now) : Plan.NOTHING;
    }

    /// The oldest finished pods beyond the threshold; those that were evicted first.
    static Plan finished(List<Pod> pods, int threshold) {
        var finished = pods.stream().filter(pod -> Pods.isTerminal(pod) && !Pods.isTerminating(pod))
                .sorted(Comparator.comparing((Pod pod) -> !"Evicted".equals(pod.getStatus().getReason()))
                        .thenComparing(pod -> pod.getMetadata().getCreationTimestamp()).thenComparing(pod -> pod.getMetadata().getName()))
                .toList();
        int surplus = threshold <= 0 ? 0 : Math.max(0, finished.size() - threshold);
        return new Plan(finished.subList(0, surplus).stream().<Write>map(Write.ForceDelete::new).toList(), null);
    }

    private static Plan removal(Pod pod, @Nullable Map<String, Object> condition, Instant now) {
        var draft = new Plan.Draft();
        var status = new LinkedHashMap<String, Object>();
        if (!Pods.isTerminal(pod)) {
            status.put("phase", "Failed");
        }
        if (condition != null) {
            status.put("conditions", List.of(condition));
        }
        if (!status.isEmpty()) {
            draft.add(new Write.Patch(pod, "status", PatchType.STRATEGIC, Map.of("status", status)));
        }
        return draft.add(new Write.ForceDelete(pod)).plan();
    }

    /// A pod that was deleted without grace is held by its finalizers alone; another deletion would change nothing.
    private static boolean waitsForFinalizers(Pod pod) {
        var grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        return grace != null && grace == 0 && !pod.getMetadata().getFinalizers().isEmpty();
    }

    private static boolean isReady(Node node) {
        return node.getStatus() != null && node.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    }

    static boolean isOutOfService(Node node) {
        return node.getSpec().getTaints().stream().anyMatch(taint -> OUT_OF_SERVICE.equals(taint.getKey()));
    }
}
