package io.moka.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Informers;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import org.jspecify.annotations.Nullable;

/// One step of a Deployment towards its template and size. Each step ends in a change of a ReplicaSet, whose event calls again.
final class DeploymentReconciler implements Reconciler<ObjectKey> {

    private final Lister<Deployment> deployments;
    private final Lister<Pod> pods;
    private final ReplicaSets sets;
    private final DeploymentStatuses statuses;

    DeploymentReconciler(ControllerContext context) {
        this.deployments = context.informers().of(Deployment.class).lister();
        this.pods = context.informers().of(Pod.class).lister();
        this.sets = new ReplicaSets(context);
        this.statuses = new DeploymentStatuses(context);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var deployment = deployments.get(key);
        if (deployment == null) {
            return Outcome.DONE;
        }
        var rollout = sets.rolloutOf(deployment);
        if (deployment.getMetadata().getDeletionTimestamp() != null) {
            return statuses.update(rollout, null);
        }
        if (Boolean.TRUE.equals(deployment.getSpec().getPaused())) {
            Scaling.proportionally(rollout, sets);
            return statuses.update(sets.rolloutOf(deployment), null);
        }
        return advance(rollout);
    }

    private Outcome advance(Rollout rollout) {
        var failure = sets.ensureCurrent(rollout);
        switch (failure) {
            case ReplicaSets.Current.Refused(var reason) -> {
                statuses.update(rollout, reason);
                throw reason;
            }
            case ReplicaSets.Current.Collided collided -> {
                return Outcome.DONE;
            }
            case ReplicaSets.Current.Present(var ready) -> {
                if (isScalingEvent(ready)) {
                    Scaling.proportionally(ready, sets);
                } else if (ready.isRollingUpdate()) {
                    new RollingUpdate(ready, sets).step();
                } else {
                    recreate(ready);
                }
                var after = sets.rolloutOf(ready.deployment());
                if (DeploymentStatuses.isComplete(after)) {
                    sets.cleanUp(after);
                }
                return statuses.update(after, null);
            }
        }
    }

    /// Somebody changed `spec.replicas` while a rollout is under way: scale all sets first, in proportion.
    private static boolean isScalingEvent(Rollout rollout) {
        return rollout.all().stream().filter(set -> set.getSpec().getReplicas() > 0)
                .anyMatch(set -> differs(Annotations.desiredReplicas(set), rollout.replicas()));
    }

    private static boolean differs(@Nullable Integer recorded, int wanted) {
        return recorded != null && recorded != wanted;
    }

    /// All old pods first, then the new ones.
    private void recreate(Rollout rollout) {
        boolean scaledDown = false;
        for (var old : rollout.oldWithPods()) {
            sets.scale(old, 0, rollout.deployment());
            scaledDown = true;
        }
        boolean oldRunning = rollout.old().stream()
                .flatMap(set -> pods.byIndex(Informers.BY_CONTROLLER, set.getMetadata().getUid()).stream())
                .anyMatch(pod -> !Pods.isTerminal(pod));
        if (!scaledDown && !oldRunning && rollout.current() != null) {
            sets.scale(rollout.current(), rollout.replicas(), rollout.deployment());
        }
    }
}
