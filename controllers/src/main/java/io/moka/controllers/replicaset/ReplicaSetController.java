package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.podowner.PodOwner;
import io.moka.controllers.podowner.PodOwnerEvents;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import org.jspecify.annotations.Nullable;

/// Wires ReplicaSets and pods to the reconciler.
public final class ReplicaSetController {

    private static final int WORKERS = 5;

    static final ReplicaKind<ReplicaSet> KIND = new ReplicaKind<>(new PodOwner<>(ReplicaSet.class, "replicaset-controller", set -> LabelSelector.of(set.getSpec().getSelector())),
            set -> set.getSpec().getReplicas(), set -> set.getSpec().getMinReadySeconds(), set -> set.getSpec().getTemplate(),
            ReplicaSetController::counts, ReplicaSetController::withCounts, true);

    private ReplicaSetController() {
    }

    public static Controller<ObjectKey> create(ControllerContext context) {
        return create(context, KIND);
    }

    /// The same controller for another kind.
    public static <T extends HasMetadata> Controller<ObjectKey> create(ControllerContext context, ReplicaKind<T> kind) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var expectations = new Expectations(context.clock());
        PodOwnerEvents.register(context, kind.owner(), expectations, queue);
        return new Controller<>(kind.owner().component(), queue, WORKERS, new ReplicaReconciler<>(context, kind, expectations));
    }

    private static @Nullable ReplicaCounts counts(ReplicaSet set) {
        var status = set.getStatus();
        return status == null || status.getReplicas() == null ? null : new ReplicaCounts(status.getReplicas(), Counts.number(status.getFullyLabeledReplicas()),
                Counts.number(status.getReadyReplicas()), Counts.number(status.getAvailableReplicas()), status.getTerminatingReplicas(),
                status.getObservedGeneration(), status.getConditions().stream().map(ReplicaSetController::condition).toList());
    }

    private static ReplicaCounts.Condition condition(ReplicaSetCondition condition) {
        return new ReplicaCounts.Condition(condition.getType(), condition.getStatus(), condition.getReason(), condition.getMessage(), condition.getLastTransitionTime());
    }

    private static ReplicaSet withCounts(ReplicaSet set, ReplicaCounts counts) {
        set.setStatus(new ReplicaSetStatusBuilder().withReplicas(counts.replicas()).withFullyLabeledReplicas(Counts.positive(counts.fullyLabeled()))
                .withReadyReplicas(Counts.positive(counts.ready())).withAvailableReplicas(Counts.positive(counts.available()))
                .withTerminatingReplicas(counts.terminating()).withObservedGeneration(counts.observedGeneration())
                .withConditions(counts.conditions().stream().map(condition -> new ReplicaSetConditionBuilder().withType(condition.type()).withStatus(condition.status())
                        .withReason(condition.reason()).withMessage(condition.message()).withLastTransitionTime(condition.lastTransitionTime()).build()).toList())
                .build());
        return set;
    }
}
