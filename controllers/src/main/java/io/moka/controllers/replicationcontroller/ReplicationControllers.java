package io.moka.controllers.replicationcontroller;

import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ReplicationControllerCondition;
import io.fabric8.kubernetes.api.model.ReplicationControllerConditionBuilder;
import io.fabric8.kubernetes.api.model.ReplicationControllerStatusBuilder;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.podowner.PodOwner;
import io.moka.controllers.replicaset.ReplicaCounts;
import io.moka.controllers.replicaset.ReplicaKind;
import io.moka.controllers.replicaset.ReplicaSetController;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import org.jspecify.annotations.Nullable;

/// Declares ReplicationController as a [ReplicaKind][io.moka.controllers.replicaset.ReplicaKind], so that the ReplicaSet's code handles it.
public final class ReplicationControllers {

    /// Read and written as a ReplicaSet is.
    public static final ReplicaKind<ReplicationController> KIND = new ReplicaKind<>(new PodOwner<>(ReplicationController.class, "replication-controller", ReplicationControllers::selector),
            owner -> owner.getSpec().getReplicas(), owner -> owner.getSpec().getMinReadySeconds(), owner -> owner.getSpec().getTemplate(),
            ReplicationControllers::counts, ReplicationControllers::withCounts, false);

    private ReplicationControllers() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        return ReplicaSetController.create(context, KIND);
    }

    private static LabelSelector selector(ReplicationController owner) {
        var labels = owner.getSpec().getSelector();
        return labels == null || labels.isEmpty() ? LabelSelector.nothing() : LabelSelector.ofLabels(labels);
    }

    private static @Nullable ReplicaCounts counts(ReplicationController owner) {
        var status = owner.getStatus();
        return status == null || status.getReplicas() == null ? null : new ReplicaCounts(status.getReplicas(), Counts.number(status.getFullyLabeledReplicas()),
                Counts.number(status.getReadyReplicas()), Counts.number(status.getAvailableReplicas()), null,
                status.getObservedGeneration(), status.getConditions().stream().map(ReplicationControllers::condition).toList());
    }

    private static ReplicaCounts.Condition condition(ReplicationControllerCondition condition) {
        return new ReplicaCounts.Condition(condition.getType(), condition.getStatus(), condition.getReason(), condition.getMessage(), condition.getLastTransitionTime());
    }

    private static ReplicationController withCounts(ReplicationController owner, ReplicaCounts counts) {
        owner.setStatus(new ReplicationControllerStatusBuilder().withReplicas(counts.replicas()).withFullyLabeledReplicas(Counts.positive(counts.fullyLabeled()))
                .withReadyReplicas(Counts.positive(counts.ready())).withAvailableReplicas(Counts.positive(counts.available()))
                .withObservedGeneration(counts.observedGeneration())
                .withConditions(counts.conditions().stream().map(condition -> new ReplicationControllerConditionBuilder().withType(condition.type()).withStatus(condition.status())
                        .withReason(condition.reason()).withMessage(condition.message()).withLastTransitionTime(condition.lastTransitionTime()).build()).toList())
                .build());
        return owner;
    }
}
