package io.moka.controllers.disruption;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.time.TimeSource;
import java.util.List;

/// Brings one budget's status up to date.
final class BudgetReconciler implements Reconciler<ObjectKey> {

    private final Lister<PodDisruptionBudget> budgets;
    private final Lister<Pod> pods;
    private final PodOwners owners;
    private final PlanWriter writer;
    private final TimeSource clock;

    BudgetReconciler(ControllerContext context) {
        this.budgets = context.informers().of(PodDisruptionBudget.class).lister();
        this.pods = context.informers().of(Pod.class).lister();
        this.owners = new PodOwners(context);
        this.writer = new PlanWriter(context.client(), context.events().apply("controllermanager"));
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var budget = budgets.get(key);
        if (budget == null || budget.getMetadata().getDeletionTimestamp() != null) {
            return Outcome.DONE;
        }
        var selector = budget.getSpec().getSelector();
        List<Pod> chosen = selector == null ? List.of() : pods.list(key.namespace(), LabelSelector.of(selector));
        try {
            var plan = BudgetPlan.of(budget, chosen, owners.expected(chosen), clock.instant());
            writer.carryOut(plan.writes());
            return plan.outcome();
        } catch (ApiException e) {
            if (!e.isConflict()) {
                writer.carryOut(BudgetPlan.failed(budget, e.getMessage(), clock.instant()).writes());
            }
            throw e;
        }
    }
}
