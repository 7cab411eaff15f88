package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.Expectations;
import io.moka.machinery.client.Json;
import io.moka.machinery.client.Resources;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Pods;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// Brings the number of a ReplicaSet's pods to what it says, then writes its status.
final class ReplicaSetReconciler implements Reconciler<ObjectKey> {

    private final Lister<ReplicaSet> sets;
    private final Resources<ReplicaSet> writer;
    private final Expectations expectations;
    private final PodClaim claim;
    private final PodScaling scaling;
    private final InstantSource clock;

    ReplicaSetReconciler(ControllerContext context, Expectations expectations) {
        this.sets = context.informers().of(ReplicaSet.class).lister();
        this.writer = context.client().resources(ReplicaSet.class);
        this.expectations = expectations;
        this.claim = new PodClaim(context);
        this.scaling = new PodScaling(context, expectations);
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) throws Exception {
        var set = sets.get(key);
        if (set == null) {
            expectations.forget(key);
            return Outcome.DONE;
        }
        boolean upToDate = expectations.areMet(key);
        var pods = claim.podsOf(set);
        RuntimeException failure = null;
        if (upToDate && set.getMetadata().getDeletionTimestamp() == null) {
            try {
                scaling.scale(set, pods);
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        updateStatus(set, pods, failure);
        if (failure != null) {
            throw failure;
        }
        return waitsForAvailability(set, pods) ? Outcome.requeueAfter(minReady(set)) : Outcome.DONE;
    }

    private void updateStatus(ReplicaSet set, List<Pod> pods, RuntimeException failure) {
        var status = ReplicaSetStatuses.of(set, pods, minReady(set), clock.instant(), failure);
        if (!status.equals(set.getStatus())) {
            var changed = Json.copy(set);
            changed.setStatus(status);
            writer.updateStatus(changed);
        }
    }

    private boolean waitsForAvailability(ReplicaSet set, List<Pod> pods) {
        return !minReady(set).isZero() && pods.stream().anyMatch(pod -> Pods.isReady(pod) && !Pods.isAvailable(pod, minReady(set), clock.instant()));
    }

    private static Duration minReady(ReplicaSet set) {
        var seconds = set.getSpec().getMinReadySeconds();
        return Duration.ofSeconds(seconds == null ? 0 : seconds);
    }
}
