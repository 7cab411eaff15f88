package io.moka.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import io.moka.scheduler.cache.PodInfo;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the pod's status that, and why, it has no node.
final class PodConditions {

    private static final Logger log = LoggerFactory.getLogger(PodConditions.class);

    private final Resources<Pod> pods;
    private final InstantSource clock;

    PodConditions(ApiClient client, InstantSource clock) {
        this.pods = client.resources(Pod.class);
        this.clock = clock;
    }

    void unschedulable(PodInfo pod, String message) {
        var current = Pods.condition(pod.pod(), "PodScheduled");
        if (current != null && "False".equals(current.getStatus()) && message.equals(current.getMessage())) {
            return;
        }
        var condition = new PodConditionBuilder().withType("PodScheduled").withStatus("False").withReason("Unschedulable").withMessage(message)
                .withObservedGeneration(pod.pod().getMetadata().getGeneration())
                .withLastTransitionTime(current != null && "False".equals(current.getStatus()) ? current.getLastTransitionTime() : Times.format(clock.instant()))
                .build();
        try {
            pods.patchStatus(pod.key().namespace(), pod.key().name(), PatchType.STRATEGIC,
                    Map.of("status", Map.of("conditions", List.of(condition))));
        } catch (ApiException e) {
            log.debug("the condition of {} was refused: {}", pod.key(), e.getMessage());
        }
    }
}
