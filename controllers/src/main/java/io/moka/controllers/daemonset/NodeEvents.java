package io.moka.controllers.daemonset;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.moka.controllers.daemonset.NodeFit.Fit;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Queues the sets that are affected by a change of a node. A heartbeat changes neither labels nor taints and is ignored at once.
record NodeEvents(Lister<DaemonSet> sets, WorkQueue<ObjectKey> queue) {

    void onEvent(@Nullable Node before, @Nullable Node after) {
        if (before != null && after != null && !differs(before, after)) {
            return;
        }
        for (var set : sets.list()) {
            var fit = new NodeFit(set);
            if (answer(fit, before) != answer(fit, after)) {
                queue.add(ObjectKey.of(set));
            }
        }
    }

    private static Fit answer(NodeFit fit, @Nullable Node node) {
        return node == null ? Fit.NO : fit.of(node);
    }

    /// Only what [NodeFit] reads.
    private static boolean differs(Node before, Node after) {
        return !Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels()) || !taints(before).equals(taints(after));
    }

    private static List<Taint> taints(Node node) {
        return node.getSpec() == null ? List.of() : node.getSpec().getTaints();
    }
}
