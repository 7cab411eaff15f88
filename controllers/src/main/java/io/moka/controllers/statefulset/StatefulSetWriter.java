package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.podowner.ExpectedPods;
import io.moka.controllers.podowner.SlowStart;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;

/// Carries out the steps of a plan, with upstream's events, and expects each pod's creation and deletion until the cache shows it.
final class StatefulSetWriter {

    private final ExpectedPods pods;
    private final PlanWriter plans;

    StatefulSetWriter(ControllerContext context, PlanWriter plans, Expectations expectations) {
        this.pods = new ExpectedPods(context, expectations);
        this.plans = plans;
    }

    /// @param parallel carries out the steps in growing batches rather than one after the other
    /// @throws RuntimeException the first refusal; the steps that follow, or the batches that follow, are left out
    void carryOut(StatefulSet set, List<PodStep> steps, boolean parallel) {
        var tasks = steps.stream().<Runnable>map(step -> () -> carryOut(set, step)).toList();
        if (parallel) {
            SlowStart.run(tasks);
        } else {
            tasks.forEach(Runnable::run);
        }
    }

    private void carryOut(StatefulSet set, PodStep step) {
        try {
            step.writes().forEach(write -> carryOut(ObjectKey.of(set), write));
        } catch (ApiException e) {
            if (e.isNamespaceTerminating()) {
                return;
            }
            if (!step.verb().isEmpty() && !e.isAlreadyExists()) {
                plans.carryOut(step.failure(set, e.getMessage()));
            }
            throw e;
        }
    }

    private void carryOut(ObjectKey set, Write write) {
        switch (write) {
            case Write.Create(Pod pod) -> pods.create(set, pod);
            case Write.Create(PersistentVolumeClaim claim) -> create(claim);
            case Write.Delete(Pod pod) -> pods.delete(set, pod);
            default -> plans.carryOut(write);
        }
    }

    /// A claim that the cache did not show is left as it is.
    private void create(PersistentVolumeClaim claim) {
        try {
            plans.carryOut(new Write.Create(claim));
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }
}
