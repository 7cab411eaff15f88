package io.moka.scheduler.scores;

import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.PreScore;
import io.moka.scheduler.framework.Score;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.topology.NodeSelection;
import java.util.List;
import java.util.function.ToLongFunction;

/// Prefers nodes that meet the terms of the pod's preferred node affinity, by their weights.
public final class NodeAffinityScore implements PreScore, Score, ByShape {

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
    public Verdict preScore(CycleState state, PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        return preferred(pod).isEmpty() ? Verdict.SKIP : Verdict.SUCCESS;
    }

    @Override
    public ToLongFunction<NodeInfo> score(CycleState state, PodInfo pod) {
        var terms = preferred(pod).stream().map(term -> new Term(NodeSelection.of(term.getPreference()), term.getWeight())).toList();
        return node -> {
            long sum = 0;
            for (var term : terms) {
                sum += term.selection.matches(node) ? term.weight : 0;
            }
            return sum;
        };
    }

    @Override
    public void normalize(CycleState state, PodInfo pod, List<NodeInfo> feasible, long[] scores) {
        Score.stretch(scores, false);
    }

    private static List<PreferredSchedulingTerm> preferred(PodInfo pod) {
        var affinity = pod.pod().getSpec().getAffinity();
        var node = affinity == null ? null : affinity.getNodeAffinity();
        return node == null ? List.of() : node.getPreferredDuringSchedulingIgnoredDuringExecution();
    }
}
