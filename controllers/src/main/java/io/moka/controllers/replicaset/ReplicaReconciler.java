package io.moka.controllers.replicaset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.common.ControllerContext;
import io.moka.controllers.common.OwnedObjects;
import io.moka.controllers.podowner.Expectations;
import io.moka.controllers.podowner.PodControl;
import io.moka.machinery.controller.Outcome;
import io.moka.machinery.controller.Reconciler;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.Counts;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.meta.Owners;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.time.TimeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Brings the number of an owner's pods to the desired number, then writes the owner's status.
final class ReplicaReconciler<T extends HasMetadata> implements Reconciler<ObjectKey> {

    private final ReplicaKind<T> kind;
    private final Lister<T> owners;
    private final Expectations expectations;
    private final OwnedObjects<T, Pod> owned;
    private final PodControl<T> control;
    private final TimeSource clock;

    ReplicaReconciler(ControllerContext context, ReplicaKind<T> kind, Expectations expectations) {
        this.kind = kind;
        this.owners = context.informers().of(kind.owner().type()).lister();
        this.expectations = expectations;
        this.owned = kind.owner().pods(context);
        this.control = new PodControl<>(context, kind.owner(), expectations);
        this.clock = context.clock();
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var owner = owners.get(key);
        if (owner == null) {
            expectations.forget(key);
            return Outcome.DONE;
        }
        boolean upToDate = expectations.areMet(key);
        var claimed = owned.claim(owner);
        RuntimeException failure = upToDate ? scale(owner, claimed) : null;
        var now = clock.instant();
        control.carryOut(owner, ReplicaPlan.status(kind, owner, ReplicaStatus.of(kind, owner, claimed, upToDate, now, failure)).writes());
        if (failure != null) {
            throw failure;
        }
        var next = ReplicaStatus.nextAvailable(kind, owner, claimed, now);
        return next == null ? Outcome.DONE : Outcome.requeueAt(next);
    }

    private @Nullable RuntimeException scale(T owner, List<Pod> claimed) {
        var active = claimed.stream().filter(Pods::isActive).toList();
        try {
            control.carryOut(owner, ReplicaPlan.of(kind, owner, active, related(owner, active), clock.instant()).writes());
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    /// During a roll-out the pods of the old and the new set share nodes; a node is as crowded as all of them make it.
    private List<Pod> related(T owner, List<Pod> active) {
        var controller = Owners.controllerOf(owner);
        if (controller == null || active.size() <= Counts.number(kind.replicas().apply(owner))) {
            return active;
        }
        return owners.list(owner.getMetadata().getNamespace()).stream()
                .filter(other -> Owners.controllerOf(other) != null && Owners.controllerOf(other).getUid().equals(controller.getUid()))
                .flatMap(other -> owned.of(other).stream()).filter(Pods::isActive).toList();
    }
}
