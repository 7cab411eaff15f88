package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computes a ReplicaSet's status from its pods.
final class ReplicaSetStatuses {

    private ReplicaSetStatuses() {
    }

    static ReplicaSetStatus of(ReplicaSet set, List<Pod> pods, Duration minReady, Instant now, @Nullable RuntimeException failure) {
        var template = LabelSelector.ofLabels(set.getSpec().getTemplate().getMetadata().getLabels());
        int labeled = (int) pods.stream().filter(pod -> template.matches(pod.getMetadata().getLabels())).count();
        int ready = (int) pods.stream().filter(Pods::isReady).count();
        int available = (int) pods.stream().filter(pod -> Pods.isAvailable(pod, minReady, now)).count();
        return new ReplicaSetStatusBuilder()
                .withReplicas(pods.size())
                .withFullyLabeledReplicas(positive(labeled)).withReadyReplicas(positive(ready)).withAvailableReplicas(positive(available))
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withConditions(conditions(set, now, failure))
                .build();
    }

    private static @Nullable Integer positive(int count) {
        return count == 0 ? null : count;
    }

    private static List<ReplicaSetCondition> conditions(ReplicaSet set, Instant now, @Nullable RuntimeException failure) {
        if (failure == null) {
            return List.of();
        }
        var present = set.getStatus() == null ? List.<ReplicaSetCondition>of() : set.getStatus().getConditions();
        if (!present.isEmpty() && present.getFirst().getMessage().equals(failure.getMessage())) {
            return present;
        }
        return List.of(new ReplicaSetConditionBuilder().withType("ReplicaFailure").withStatus("True").withReason("FailedCreate")
                .withMessage(failure.getMessage()).withLastTransitionTime(Times.format(now)).build());
    }
}
