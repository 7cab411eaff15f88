package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.controllers.daemonset.NodeFit.Fit;
import io.moka.controllers.plan.Plan;
import io.moka.controllers.plan.Write;
import io.moka.machinery.meta.Pods;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plans the writes to the pods of a set: first each node gets its pod, and pods that failed or are on the wrong node are deleted; when none of these writes is
/// left, the [update][DaemonSetUpdate] goes on.
///
/// Follows upstream's `manage` and `podsShouldBeOnNode`.
final class DaemonSetPlan {

    /// The largest number of pods that are created, and of pods that are deleted, in one reconciliation; the next one follows when the cache shows these
    /// changes.
    static final int BURST = 250;

    private final DaemonState state;
    private final Plan.Draft draft = new Plan.Draft();
    private final List<Write> events = new ArrayList<>();
    private final List<Pod> victims = new ArrayList<>();
    private final List<String> lacking = new ArrayList<>();

    private DaemonSetPlan(DaemonState state) {
        this.state = state;
    }

    static Plan of(DaemonState state) {
        var plan = new DaemonSetPlan(state);
        plan.placeAll();
        if (plan.lacking.isEmpty() && plan.victims.isEmpty() && state.isRollingUpdate()) {
            DaemonSetUpdate.of(state, plan.lacking, plan.victims);
        }
        return plan.plan();
    }

    private Plan plan() {
        lacking.stream().limit(BURST).forEach(node -> draft.add(new Write.Create(DaemonPods.pod(state.set(), state.hash(), node))));
        victims.stream().limit(BURST).forEach(pod -> draft.add(new Write.Delete(pod)));
        events.forEach(draft::add);
        var available = state.nextAvailable();
        if (available != null) {
            draft.lookAgain(available);
        }
        return draft.plan();
    }

    private void placeAll() {
        var nodes = new HashSet<>(state.fits().keySet());
        state.fits().forEach((node, fit) -> {
            switch (fit) {
                case NO -> state.on(node).stream().filter(pod -> !Pods.isTerminating(pod)).forEach(victims::add);
                case STAY -> keep(node, false);
                case RUN -> {
                    if (state.on(node).isEmpty()) {
                        lacking.add(node);
                    } else {
                        keep(node, true);
                    }
                }
            }
        });
        // a pod that waits for a node that is gone will never be bound, and the pod garbage collector does not know its node
        state.pods().forEach((node, pods) -> {
            if (!nodes.contains(node)) {
                pods.stream().filter(pod -> DaemonPods.boundTo(pod) == null && !Pods.isTerminating(pod)).forEach(victims::add);
            }
        });
    }

    /// The node has pods, and may keep one.
    private void keep(String node, boolean shouldRun) {
        var running = new ArrayList<Pod>();
        for (var pod : state.on(node)) {
            if (Pods.isTerminating(pod)) {
                continue;
            }
            switch (Pods.phase(pod)) {
                case "Failed" -> failed(node, pod);
                case "Succeeded" -> {
                    events.add(Write.normal(state.set(), "SucceededDaemonPod", "Found succeeded daemon pod " + name(pod) + " on node " + node + ", will try to delete it"));
                    victims.add(pod);
                }
                default -> running.add(pod);
            }
        }
        running.sort(DaemonPods.OLDEST_FIRST);
        if (!state.allowsSurge()) {
            victims.addAll(running.stream().skip(1).toList());
        } else if (running.isEmpty()) {
            // a surge starts a new pod while the old one still ends
            if (shouldRun) {
                lacking.add(node);
            }
        } else if (running.size() > 1) {
            keepOldAndNew(running);
        }
    }

    private void failed(String node, Pod pod) {
        var until = state.backoff().apply(node);
        if (until != null) {
            draft.lookAgain(until);
            return;
        }
        events.add(Write.warning(state.set(), "FailedDaemonPod", "Found failed daemon pod " + name(pod) + " on node " + node + ", will try to kill it"));
        victims.add(pod);
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
    }

    /// Two pods may be here only while the old one is ready and the new one is not available yet.
    private void keepOldAndNew(List<Pod> running) {
        Pod updated = null;
        Pod old = null;
        for (var pod : running) {
            boolean isNew = hasHash(pod);
            if (isNew && updated == null) {
                updated = pod;
            } else if (!isNew && old == null) {
                old = pod;
            } else {
                victims.add(pod);
            }
        }
        if (updated != null && old != null && (!Pods.isReady(old) || state.isAvailable(updated))) {
            victims.add(old);
        }
    }

    private boolean hasHash(@Nullable Pod pod) {
        return pod != null && pod.getMetadata().getLabels() != null && state.hash().equals(pod.getMetadata().getLabels().get(DaemonPods.HASH));
    }

    /// Whether a write deletes a pod because it failed.
    static boolean deletesFailed(Write write) {
        return write instanceof Write.Delete(Pod pod) && Pods.phase(pod).equals("Failed");
    }

    /// Whether a pod should be on the node.
    static boolean shouldRun(DaemonState state, String node) {
        return state.fit(node) == Fit.RUN;
    }
}
