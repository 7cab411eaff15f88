package io.moka.scheduler.topology;

import io.moka.machinery.meta.LabelSelector;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.PodMemo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pod's requirements on its node's labels and name: `nodeSelector` and required node affinity, compiled.
public final class NodeRequirements {

    private final LabelSelector selector;
    private final @Nullable List<NodeSelection> terms;

    private NodeRequirements(LabelSelector selector, @Nullable List<NodeSelection> terms) {
        this.selector = selector;
        this.terms = terms;
    }

    private static final PodMemo.Key<NodeRequirements> KEY = new PodMemo.Key<>();

    /// Returns the pod's requirements, which are compiled once for each pod.
    public static NodeRequirements of(PodInfo pod) {
        return pod.memo().get(KEY, () -> compile(pod));
    }

    private static NodeRequirements compile(PodInfo pod) {
        var affinity = pod.pod().getSpec().getAffinity();
        var node = affinity == null ? null : affinity.getNodeAffinity();
        var required = node == null ? null : node.getRequiredDuringSchedulingIgnoredDuringExecution();
        return new NodeRequirements(LabelSelector.ofLabels(pod.pod().getSpec().getNodeSelector()),
                required == null ? null : required.getNodeSelectorTerms().stream().map(NodeSelection::of).toList());
    }

    public boolean isNone() {
        return selector.isEverything() && terms == null;
    }

    /// Returns the terms of the required node affinity; null if there is none.
    public @Nullable List<NodeSelection> terms() {
        return terms;
    }

    public boolean matches(NodeInfo node) {
        return selector.matches(node.labels()) && (terms == null || anyMatches(terms, node));
    }

    /// Returns the labels of the `nodeSelector` that the node lacks, each with the value that the node has instead.
    public List<String> unmetBySelector(NodeInfo node) {
        return NodeSelection.unmet(selector.requirements(), node.labels());
    }

    private static boolean anyMatches(List<NodeSelection> terms, NodeInfo node) {
        for (var term : terms) {
            if (term.matches(node)) {
                return true;
            }
        }
        return false;
    }
}
