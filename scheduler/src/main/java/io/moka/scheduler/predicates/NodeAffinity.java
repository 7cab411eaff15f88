package io.moka.scheduler.predicates;

import io.moka.machinery.meta.LabelSelector;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.Predicate;
import io.moka.scheduler.framework.Verdict;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The node has the labels of the pod's `nodeSelector` and meets one term of its required node affinity.
final class NodeAffinity implements Predicate {

    @Override
    public String name() {
        return "NodeAffinity";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_LABELS_CHANGED, ClusterEvent.POD_CHANGED);
    }

    @Override
    public Function<NodeInfo, Verdict> of(PodInfo pod) {
        var selector = LabelSelector.ofLabels(pod.pod().getSpec().getNodeSelector());
        var terms = requiredTerms(pod);
        return node -> selector.matches(node.labels()) && (terms == null || terms.stream().anyMatch(term -> term.matches(node)))
                ? Verdict.FITS : Verdict.doesNotFit("node(s) didn't match Pod's node affinity/selector");
    }

    private static @Nullable List<NodeSelection> requiredTerms(PodInfo pod) {
        var affinity = pod.pod().getSpec().getAffinity();
        var node = affinity == null ? null : affinity.getNodeAffinity();
        var required = node == null ? null : node.getRequiredDuringSchedulingIgnoredDuringExecution();
        return required == null ? null : required.getNodeSelectorTerms().stream().map(NodeSelection::of).toList();
    }
}
