package io.moka.controllers.disruption;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.moka.controllers.common.ControllerContext;
import io.moka.machinery.controller.Controller;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// Wires budgets, pods and the owners of pods to the reconcilers.
public final class DisruptionController {

    private static final int WORKERS = 2;

    private DisruptionController() {
    }

    public static List<Controller<ObjectKey>> create(ControllerContext context) {
        var budgets = new WorkQueue<ObjectKey>(context.clock());
        var pods = new WorkQueue<ObjectKey>(context.clock());
        var lister = context.informers().of(PodDisruptionBudget.class).lister();
        context.informers().of(PodDisruptionBudget.class).addHandler(EventHandler.onChange(budget -> budgets.add(ObjectKey.of(budget))));
        context.informers().of(Pod.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (before == null || after == null || counts(before, after)) {
                addBudgets(budgets, lister, before);
                addBudgets(budgets, lister, after);
            }
            if (after != null && StaleDisruption.isMarked(after)) {
                pods.add(ObjectKey.of(after));
            }
        }));
        onScale(context, Deployment.class, budgets, lister, deployment -> deployment.getSpec().getReplicas());
        onScale(context, ReplicaSet.class, budgets, lister, set -> set.getSpec().getReplicas());
        onScale(context, StatefulSet.class, budgets, lister, set -> set.getSpec().getReplicas());
        onScale(context, ReplicationController.class, budgets, lister, controller -> controller.getSpec().getReplicas());
        return List.of(new Controller<>("disruption-controller", budgets, WORKERS, new BudgetReconciler(context)),
                new Controller<>("stale-pod-disruption-controller", pods, 1, new StaleDisruption(context)));
    }

    /// Whether a budget may count the pod otherwise than before.
    private static boolean counts(Pod before, Pod after) {
        return Pods.isReady(before) != Pods.isReady(after) || Pods.isTerminating(before) != Pods.isTerminating(after) || !Pods.phase(before).equals(Pods.phase(after))
                || !Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())
                || !before.getMetadata().getOwnerReferences().equals(after.getMetadata().getOwnerReferences());
    }

    private static void addBudgets(WorkQueue<ObjectKey> queue, Lister<PodDisruptionBudget> budgets, Pod pod) {
        if (pod == null) {
            return;
        }
        for (var budget : budgets.list(pod.getMetadata().getNamespace())) {
            if (budget.getSpec().getSelector() != null && LabelSelector.of(budget.getSpec().getSelector()).matches(pod.getMetadata().getLabels())) {
                queue.add(ObjectKey.of(budget));
            }
        }
    }

    /// A scaled owner concerns the budgets of its namespace; which of them is known only from its pods.
    private static <T extends HasMetadata> void onScale(ControllerContext context, Class<T> type, WorkQueue<ObjectKey> queue, Lister<PodDisruptionBudget> budgets,
            Function<T, Integer> replicas) {
        context.informers().of(type).addHandler(EventHandler.onEvent((before, after) -> {
            if (before != null && after != null && !Objects.equals(replicas.apply(before), replicas.apply(after))) {
                budgets.list(after.getMetadata().getNamespace()).forEach(budget -> queue.add(ObjectKey.of(budget)));
            }
        }));
    }
}
