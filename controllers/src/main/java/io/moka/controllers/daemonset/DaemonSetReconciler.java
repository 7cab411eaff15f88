package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.OwnedObjects;
import io.moka.controllers.history.RevisionHistory;
import io.moka.controllers.history.RevisionPlan;
import io.moka.controllers.history.Revisions;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.PlanWriter;
import io.moka.controllers.plan.Write;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.podowner.PodControl;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Carries out one step of a DaemonSet: brings its pods closer to its nodes and its template, then updates its history and its status.
final class DaemonSetReconciler implements Reconciler<ObjectKey> {

    private final Lister<DaemonSet> sets;
    private final Lister<Node> nodes;
    private final OwnedObjects<DaemonSet, Pod> owned;
    private final Revisions<DaemonSet> revisions;
    private final Expectations expectations;
    private final PodControl<DaemonSet> control;
    private final FailedPodBackoff backoff;
    private final PlanWriter plans;
    private final InstantSource clock;

    DaemonSetReconciler(ControllerContext context, Expectations expectations, FailedPodBackoff backoff) {
        this.sets = context.informers().of(DaemonSet.class).lister();
        this.nodes = context.informers().of(Node.class).lister();
        this.owned = DaemonSetController.PODS.pods(context);
        this.plans = new PlanWriter(context.client(), context.events().apply(DaemonSetController.PODS.component()));
        this.revisions = new Revisions<>(context, DaemonSetController.REVISIONS, plans);
        this.expectations = expectations;
        this.control = new PodControl<>(context, DaemonSetController.PODS, expectations);
        this.backoff = backoff;
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
        var history = revisions.of(set);
        boolean upToDate = expectations.areMet(key);
        var pods = owned.claim(set);
        mergeTwins(history, pods);
        var now = clock.instant();
        var hash = DaemonSetController.REVISIONS.hash(history.update());
        var state = DaemonState.of(set, hash, nodes.list(), pods, node -> backoff.until(set, node, now), now);
        var plan = DaemonSetPlan.of(state);
        RuntimeException failure = upToDate ? carryOut(state, plan, truncation(set, history, pods)) : null;
        plans.carryOut(DaemonSetStatuses.plan(state, history.collisions(), upToDate).writes());
        if (failure != null) {
            throw failure;
        }
        return plan.outcome();
    }

    private @Nullable RuntimeException carryOut(DaemonState state, Plan plan, Plan truncation) {
        try {
            plan.writes().stream().filter(DaemonSetPlan::deletesFailed)
                    .forEach(write -> backoff.deleted(state.set(), DaemonPods.nodeOf((Pod) ((Write.Delete) write).object()), state.now()));
            control.carryOut(state.set(), plan.writes());
            revisions.delete(truncation);
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    /// Old revisions beyond the limit, but for those that a pod was made from.
    static Plan truncation(DaemonSet set, RevisionHistory history, List<Pod> pods) {
        var live = pods.stream().flatMap(pod -> Stream.ofNullable(pod.getMetadata().getLabels())).flatMap(labels -> Stream.ofNullable(labels.get(DaemonPods.HASH)))
                .collect(Collectors.toSet());
        var update = history.update().getMetadata().getName();
        var old = history.all().stream().filter(revision -> !revision.getMetadata().getName().equals(update)).toList();
        return RevisionPlan.truncate(old, revision -> live.contains(DaemonSetController.REVISIONS.hash(revision)), set.getSpec().getRevisionHistoryLimit());
    }

    /// Pods of a second revision of the same template are labelled as those of the first, so that none is restarted, and the second revision goes.
    private void mergeTwins(RevisionHistory history, List<Pod> pods) {
        var wanted = DaemonSetController.REVISIONS.hash(history.update());
        for (var twin : history.twins()) {
            relabel(pods, twin, wanted);
            plans.carryOut(new Write.Delete(twin));
        }
    }

    private void relabel(List<Pod> pods, ControllerRevision twin, String wanted) {
        var hash = DaemonSetController.REVISIONS.hash(twin);
        pods.stream().filter(pod -> pod.getMetadata().getLabels() != null && hash.equals(pod.getMetadata().getLabels().get(DaemonPods.HASH)))
                .forEach(pod -> plans.carryOut(new Write.Patch(pod, "", PatchType.MERGE, Map.of("metadata", Map.of("labels", Map.of(DaemonPods.HASH, wanted))))));
    }
}
