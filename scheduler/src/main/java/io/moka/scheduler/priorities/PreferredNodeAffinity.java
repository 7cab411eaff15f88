package io.moka.scheduler.priorities;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Priority;
import io.moka.scheduler.predicates.NodeSelection;
import java.util.List;

/// Prefers nodes that meet the terms of the pod's preferred node affinity, by their weights.
final class PreferredNodeAffinity implements Priority {

    private record Term(NodeSelection selection, int weight) {
    }

    @Override
    public String name() {
        return "NodeAffinity";
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public long[] scores(PodInfo pod, List<NodeInfo> nodes) {
        var terms = terms(pod);
        return Priority.normalize(nodes.stream().mapToLong(node ->
                terms.stream().filter(term -> term.selection.matches(node)).mapToLong(Term::weight).sum()).toArray(), false);
    }

    private static List<Term> terms(PodInfo pod) {
        var affinity = pod.pod().getSpec().getAffinity();
        var node = affinity == null ? null : affinity.getNodeAffinity();
        return node == null ? List.of() : node.getPreferredDuringSchedulingIgnoredDuringExecution().stream()
                .map(term -> new Term(NodeSelection.of(term.getPreference()), term.getWeight())).toList();
    }
}
