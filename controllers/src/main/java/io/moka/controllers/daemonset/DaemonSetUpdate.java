package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Pod;
import io.moka.machinery.meta.Pods;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Computes the next step of a rolling update: old pods to delete, or, with `maxSurge`, nodes that get a new pod beside the old one.
///
/// Each node has at most one old and one new pod here; if it has more, or none, [DaemonSetPlan] has to correct that first and the node counts as unavailable.
///
/// Follows upstream's `rollingUpdate`.
final class DaemonSetUpdate {

    /// The pods of one node that are not being deleted; null where there is none of the sort.
    private record Pair(@Nullable Pod updated, @Nullable Pod old) {
    }

    private final DaemonState state;
    private final List<String> lacking;
    private final List<Pod> victims;

    private DaemonSetUpdate(DaemonState state, List<String> lacking, List<Pod> victims) {
        this.state = state;
        this.lacking = lacking;
        this.victims = victims;
    }

    /// Adds the nodes that get a new pod and the pods to delete.
    static void of(DaemonState state, List<String> lacking, List<Pod> victims) {
        var update = new DaemonSetUpdate(state, lacking, victims);
        if (state.maxSurge() == 0) {
            update.replace();
        } else {
            update.surge();
        }
    }

    /// Returns all nodes that have a pod or should have one.
    private Iterable<String> nodes() {
        var nodes = new TreeSet<>(state.pods().keySet());
        state.fits().keySet().stream().filter(node -> DaemonSetPlan.shouldRun(state, node)).forEach(nodes::add);
        return nodes;
    }

    /// Returns null if the node has several old or several new pods.
    private @Nullable Pair pair(String node) {
        Pod updated = null;
        Pod old = null;
        for (var pod : state.on(node)) {
            if (Pods.isTerminating(pod)) {
                continue;
            }
            if (state.isUpdated(pod)) {
                if (updated != null) {
                    return null;
                }
                updated = pod;
            } else {
                if (old != null) {
                    return null;
                }
                old = pod;
            }
        }
        return new Pair(updated, old);
    }

    /// Old pods that are not available go at once; of the others as many as may be missing.
    private void replace() {
        int unavailable = 0;
        var candidates = new ArrayList<Pod>();
        for (var node : nodes()) {
            var pair = pair(node);
            if (pair == null || (pair.old == null) == (pair.updated == null)) {
                unavailable++;
            } else if (pair.updated != null) {
                unavailable += state.isAvailable(pair.updated) ? 0 : 1;
            } else if (!state.isAvailable(pair.old)) {
                victims.add(pair.old);
                unavailable++;
            } else {
                candidates.add(pair.old);
            }
        }
        candidates.stream().limit(Math.max(0, state.maxUnavailable() - unavailable)).forEach(victims::add);
    }

    /// A new pod beside an old one that is not available costs nothing; of the others, `maxSurge` at once. The old one goes when the new one is available.
    private void surge() {
        int surging = 0;
        int available = 0;
        var candidates = new ArrayList<String>();
        var misplaced = new ArrayList<Pod>();
        for (var node : nodes()) {
            var pair = pair(node);
            if (pair == null) {
                surging++;
                continue;
            }
            var counted = pair.old != null ? pair.old : pair.updated;
            available += counted != null && state.isAvailable(counted) ? 1 : 0;
            if (pair.old == null) {
                continue;
            }
            if (pair.updated == null) {
                surgeOn(node, pair.old, candidates, misplaced);
            } else if (state.isAvailable(pair.updated)) {
                victims.add(pair.old);
            } else {
                surging++;
            }
        }
        // a pod that moves from one node to another goes when there is one more than needed
        misplaced.stream().limit(Math.max(0, available - state.desired())).forEach(victims::add);
        candidates.stream().limit(Math.max(0, state.maxSurge() - surging)).forEach(lacking::add);
    }

    private void surgeOn(String node, Pod old, List<String> candidates, List<Pod> misplaced) {
        boolean shouldRun = DaemonSetPlan.shouldRun(state, node);
        if (state.isAvailable(old)) {
            if (shouldRun) {
                candidates.add(node);
            } else {
                misplaced.add(old);
            }
        } else if (shouldRun) {
            lacking.add(node);
        } else {
            victims.add(old);
        }
    }
}
