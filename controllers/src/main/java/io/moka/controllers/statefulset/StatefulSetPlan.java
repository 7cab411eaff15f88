package io.moka.controllers.statefulset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.meta.Pods;
import io.moka.machinery.meta.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Plans the writes to the pods of a set. First every wanted pod is created or gets its right identity, then pods beyond `replicas` are deleted, then pods of
/// an old template.
///
/// Follows upstream's `updateStatefulSet`.
final class StatefulSetPlan {

    private final SetState state;
    private final StatefulSet set;
    private final Claims claims;
    private final boolean ordered;
    // the pods of the wanted ordinals, from the lowest up; null where there is none
    private final List<@Nullable Pod> replicas = new ArrayList<>();
    // the pods of other ordinals, from the highest down
    private final List<Pod> condemned;

    private final List<PodStep> steps = new ArrayList<>();
    private @Nullable BlockedRollout blocked;
    private int currentDeleted;

    private StatefulSetPlan(SetState state) {
        this.state = state;
        this.set = state.set();
        this.claims = new Claims(set, state.claims());
        this.ordered = state.isOrdered();
        for (int i = 0; i < Identity.replicas(set); i++) {
            replicas.add(null);
        }
        for (var pod : state.pods()) {
            int ordinal = Identity.ordinal(set, pod);
            if (Identity.isWanted(set, ordinal)) {
                replicas.set(ordinal - Identity.start(set), pod);
            }
        }
        this.condemned = state.pods().stream().filter(pod -> !Identity.isWanted(set, Identity.ordinal(set, pod)))
                .sorted(Comparator.comparing((Pod pod) -> Identity.ordinal(set, pod)).reversed()).toList();
    }

    static StatefulSetPlan of(SetState state) {
        var plan = new StatefulSetPlan(state);
        plan.decide();
        return plan;
    }

    List<PodStep> steps() {
        return steps;
    }

    /// The pod that keeps the roll-out from going on, if one does.
    @Nullable BlockedRollout blocked() {
        return blocked;
    }

    /// Returns the number of pods of the current revision that the steps delete for the update.
    int currentDeleted() {
        return currentDeleted;
    }

    /// The same as one list.
    Plan plan() {
        return new Plan(steps.stream().flatMap(step -> step.writes().stream()).toList(), lookAgain());
    }

    /// When the next pod that is ready will have been so for `minReadySeconds`.
    @Nullable Instant lookAgain() {
        return state.pods().stream().filter(pod -> SetState.isReady(pod) && !state.isAvailable(pod))
                .map(pod -> Times.parse(Pods.condition(pod, "Ready").getLastTransitionTime()))
                .map(since -> (since == null ? state.now() : since).plus(state.minReady())).min(Comparator.naturalOrder()).orElse(null);
    }

    private void decide() {
        for (int i = 0; i < replicas.size(); i++) {
            if (!settle(i + Identity.start(set), replicas.get(i)) && ordered) {
                return;
            }
        }
        if (!scaleDown() && ordered) {
            return;
        }
        if (state.isRollingUpdate()) {
            update();
        }
    }

    /// Brings one wanted pod to its identity; false while those after it have to wait.
    private boolean settle(int ordinal, @Nullable Pod pod) {
        if (pod == null) {
            create(ordinal);
            return false;
        }
        if (Pods.isTerminal(pod)) {
            // a new one is made when this one is gone, whatever it ended with: an evicted pod may have succeeded
            if (!Pods.isTerminating(pod)) {
                delete(pod, List.of());
            }
            return false;
        }
        boolean pending = Pods.phase(pod).equals("Pending");
        if (pending) {
            var writes = new ArrayList<>(claims.completed(ordinal));
            writes.addAll(claims.owned(pod));
            if (!writes.isEmpty()) {
                steps.add(PodStep.claims(pod.getMetadata().getName(), writes));
            }
        }
        if (ordered && !state.isAvailable(pod) || ordered && Pods.isTerminating(pod)) {
            noteBlocked(ordinal, pod);
            return false;
        }
        identify(ordinal, pod, pending);
        return true;
    }

    private void create(int ordinal) {
        var name = Identity.podName(set, ordinal);
        var vanishing = claims.vanishing(ordinal);
        if (claims.isStale(ordinal)) {
            return;
        }
        if (vanishing != null) {
            steps.add(PodStep.claims(name, List.of(PodStep.failure(set, "create", name, "pvc " + vanishing + " is being deleted"))));
            return;
        }
        var revision = state.revisionFor(ordinal);
        var writes = new ArrayList<>(claims.completed(ordinal));
        writes.add(new Write.Create(Identity.pod(set, state.template(revision), revision, ordinal)));
        steps.add(PodStep.of(set, "create", name, writes));
    }

    private void delete(Pod pod, List<Write> before) {
        var writes = new ArrayList<>(before);
        writes.add(new Write.Delete(pod));
        steps.add(PodStep.of(set, "delete", pod.getMetadata().getName(), writes));
    }

    private void identify(int ordinal, Pod pod, boolean claimsDone) {
        var writes = new ArrayList<Write>();
        if (!Identity.hasLabels(set, pod)) {
            writes.add(new Write.Patch(pod, "", PatchType.MERGE, Map.of("metadata", Map.of("labels", Identity.labels(set, ordinal)))));
        }
        if (!claimsDone) {
            writes.addAll(claims.labelled(ordinal));
            writes.addAll(claims.owned(pod));
        }
        if (!writes.isEmpty()) {
            steps.add(PodStep.of(set, "update", pod.getMetadata().getName(), writes));
        }
    }

    /// A pod that is not ready and would be replaced: it is deleted where the set asks for that, and named otherwise.
    private void noteBlocked(int ordinal, Pod pod) {
        if (isBroken(ordinal, pod)) {
            if (BlockedRollout.isRecovered(set)) {
                deleteForUpdate(pod);
            } else {
                blocked = new BlockedRollout(pod, state.revisionFor(ordinal));
            }
        }
    }

    private boolean isBroken(int ordinal, Pod pod) {
        return state.isRollingUpdate() && !SetState.isReady(pod) && Pods.isActive(pod) && !Identity.revision(pod).equals(state.revisionFor(ordinal));
    }

    /// Deletes pods beyond `replicas`, in order one after the other; false while the update has to wait.
    private boolean scaleDown() {
        // all wanted pods are available here, where the order matters
        var firstUnavailable = condemned.reversed().stream().filter(pod -> Pods.isTerminating(pod) || !state.isAvailable(pod)).findFirst().orElse(null);
        boolean waiting = false;
        for (var pod : condemned) {
            var owners = claims.owned(pod);
            if (!waiting && !Pods.isTerminating(pod) && (!ordered || state.isAvailable(pod) || pod == firstUnavailable)) {
                delete(pod, owners);
            } else if (!owners.isEmpty()) {
                steps.add(PodStep.claims(pod.getMetadata().getName(), owners));
            }
            waiting = ordered;
        }
        return !waiting;
    }

    /// Deletes pods of an old revision from the highest ordinal down to the partition, while no more than `maxUnavailable` pods are missing.
    private void update() {
        int unavailable = (int) replicas.stream().filter(pod -> pod == null || Pods.isTerminating(pod) || !state.isAvailable(pod)).count();
        int left = state.maxUnavailable() - unavailable;
        for (int i = replicas.size() - 1; i >= 0; i--) {
            var pod = replicas.get(i);
            int ordinal = i + Identity.start(set);
            if (pod == null || Pods.isTerminating(pod) || Pods.isTerminal(pod)) {
                continue;
            }
            if (isBroken(ordinal, pod) && BlockedRollout.isRecovered(set)) {
                deleteForUpdate(pod);
            } else if (i >= state.partition() && left > 0 && !Identity.revision(pod).equals(state.updateName())) {
                deleteForUpdate(pod);
                left--;
            } else if (isBroken(ordinal, pod) && blocked == null) {
                blocked = new BlockedRollout(pod, state.revisionFor(ordinal));
            }
        }
    }

    private void deleteForUpdate(Pod pod) {
        delete(pod, List.of());
        currentDeleted += Identity.revision(pod).equals(state.currentName()) ? 1 : 0;
    }
}
