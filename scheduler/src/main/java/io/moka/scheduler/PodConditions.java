package io.moka.scheduler;

import com.fasterxml.jackson.databind.node.NullNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import io.moka.scheduler.cache.PodInfo;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the condition `PodScheduled` of a pod without a node, with the reason.
final class PodConditions {

    private static final Logger log = LoggerFactory.getLogger(PodConditions.class);

    private final Resources<Pod> pods;
    private final InstantSource clock;

    PodConditions(ApiClient client, InstantSource clock) {
        this.pods = client.resources(Pod.class);
        this.clock = clock;
    }

    /// @param nominatedNode the node on which preemption makes room, empty for none any more, null if it has not changed
    void unschedulable(PodInfo pod, String message, @Nullable String nominatedNode) {
        var current = Pods.condition(pod.pod(), "PodScheduled");
        boolean sameNode = nominatedNode == null || nominatedNode.equals(pod.nominatedNode());
        if (sameNode && current != null && "False".equals(current.getStatus()) && message.equals(current.getMessage())) {
            return;
        }
        var condition = new PodConditionBuilder().withType("PodScheduled").withStatus("False").withReason("Unschedulable").withMessage(message)
                .withObservedGeneration(pod.pod().getMetadata().getGeneration())
                .withLastTransitionTime(current != null && "False".equals(current.getStatus()) ? current.getLastTransitionTime() : Times.format(clock.instant()))
                .build();
        var status = new HashMap<String, Object>(Map.of("conditions", List.of(condition)));
        if (!sameNode) {
            status.put("nominatedNodeName", nominatedNode.isEmpty() ? NullNode.getInstance() : nominatedNode);
        }
        patch(pod, status);
    }

    /// The room that is being made on a node is not for this pod any more.
    void clearNomination(PodInfo pod) {
        patch(pod, Map.of("nominatedNodeName", NullNode.getInstance()));
    }

    private void patch(PodInfo pod, Map<String, Object> status) {
        try {
            pods.patchStatus(pod.key().namespace(), pod.key().name(), PatchType.STRATEGIC, Map.of("metadata", Map.of("uid", pod.uid()), "status", status));
        } catch (ApiException | UncheckedIOException e) {
            log.debug("the status of {} was refused: {}", pod.key(), e.getMessage());
        }
    }
}
