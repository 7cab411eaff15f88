package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.time.TimeSource;
import java.util.List;

/// Carries out one step of a Deployment's plan.
final class DeploymentReconciler implements Reconciler<ObjectKey> {

    private final Lister<Deployment> deployments;
    private final Lister<Pod> pods;
    private final ReplicaSets sets;
    private final PlanWriter writer;
    private final TimeSource clock;

    DeploymentReconciler(ControllerContext context) {
        this.deployments = context.informers().of(Deployment.class).lister();
        this.pods = context.informers().of(Pod.class).index(Informers.BY_CONTROLLER, Informers::controllerOf).lister();
        this.sets = new ReplicaSets(context);
        this.writer = new PlanWriter(context.client(), context.events().apply("deployment-controller"));
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var deployment = deployments.get(key);
        if (deployment == null) {
            return Outcome.DONE;
        }
        var rollout = sets.rolloutOf(deployment);
        var own = rollout.all().stream().flatMap(set -> pods.byIndex(Informers.BY_CONTROLLER, set.getMetadata().getUid()).stream()).toList();
        return carryOut(rollout, own, DeploymentPlan.of(rollout, own, clock.instant()));
    }

    private Outcome carryOut(Rollout rollout, List<Pod> own, Plan plan) {
        for (var write : plan.writes()) {
            if (write instanceof Write.Create(ReplicaSet wanted)) {
                switch (sets.create(rollout.deployment(), wanted)) {
                    case ReplicaSets.Outcome.Written written -> { }
                    case ReplicaSets.Outcome.Collided collided -> {
                        return Outcome.DONE;
                    }
                    case ReplicaSets.Outcome.Refused(var reason) -> {
                        writer.carryOut(DeploymentPlan.refused(rollout, own, reason.getMessage(), clock.instant()).writes());
                        throw reason;
                    }
                }
            } else if (write instanceof Write.Update(ReplicaSet changed)) {
                sets.update(changed);
            } else {
                if (write instanceof Write.Delete(ReplicaSet idle)) {
                    sets.forget(idle);
                }
                writer.carryOut(write);
            }
        }
        return plan.outcome();
    }
}
