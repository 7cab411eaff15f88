package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.OwnedObjects;
import io.moka.controllers.history.Revisions;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.podowner.Expectations;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import java.time.InstantSource;

/// Carries out one step of a StatefulSet: brings its pods closer to its template and size, then updates its status and its history.
final class StatefulSetReconciler implements Reconciler<ObjectKey> {

    private final Lister<StatefulSet> sets;
    private final Lister<PersistentVolumeClaim> claims;
    private final OwnedObjects<StatefulSet, Pod> owned;
    private final Revisions<StatefulSet> revisions;
    private final Expectations expectations;
    private final StatefulSetWriter writer;
    private final PlanWriter plans;
    private final InstantSource clock;

    StatefulSetReconciler(ControllerContext context, Expectations expectations) {
        this.sets = context.informers().of(StatefulSet.class).lister();
        this.claims = context.informers().of(PersistentVolumeClaim.class).lister();
        this.owned = StatefulSetController.PODS.pods(context);
        this.plans = new PlanWriter(context.client(), context.events().apply(StatefulSetController.PODS.component()));
        this.revisions = new Revisions<>(context, StatefulSetController.REVISIONS, plans);
        this.expectations = expectations;
        this.writer = new StatefulSetWriter(context, plans, expectations);
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var set = sets.get(key);
        if (set == null) {
            expectations.forget(key);
            return Outcome.DONE;
        }
        if (set.getMetadata().getDeletionTimestamp() != null) {
            // the garbage collector has its pods and revisions now
            return Outcome.DONE;
        }
        boolean upToDate = expectations.areMet(key);
        var pods = owned.claim(set);
        var state = new SetState(set, revisions.of(set), pods, name -> claims.get(key.namespace(), name), clock.instant());
        var plan = StatefulSetPlan.of(state);
        RuntimeException failure = null;
        if (upToDate) {
            try {
                writer.carryOut(set, plan.steps(), !state.isOrdered());
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        plans.carryOut(StatefulSetStatuses.plan(state, upToDate && failure == null ? plan.currentDeleted() : 0, plan.blocked()).writes());
        if (failure != null) {
            throw failure;
        }
        if (upToDate) {
            revisions.delete(state.truncation());
        }
        return plan.plan().outcome();
    }
}
