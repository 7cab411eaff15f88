package io.moka.scheduler.scores;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.PodSelection;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.cache.TermIndex;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.PreScore;
import io.moka.scheduler.framework.Score;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.topology.Namespaces;
import io.moka.scheduler.topology.TopologyCounts;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/// Prefers nodes by soft affinity and anti-affinity between pods, in both directions: the pod's own terms, and those of the pods that run already,
/// whose required affinity counts as a soft one of a small weight.
public final class InterPodAffinityScore implements PreScore, Score {

    private static final CycleState.Key<Sums> KEY = new CycleState.Key<>();

    private record Sums(TopologyCounts weights) implements CycleState.Data {
        @Override
        public Sums copy() {
            return new Sums(weights.copy());
        }
    }

    private final Namespaces namespaces;
    private final long requiredWeight;
    private final boolean othersCount;

    /// @param requiredWeight the weight of a required affinity of a pod that runs: upstream's `hardPodAffinityWeight`
    /// @param othersCount whether soft terms of other pods count for a pod that has none: the reverse of `ignorePreferredTermsOfExistingPods`
    public InterPodAffinityScore(Namespaces namespaces, long requiredWeight, boolean othersCount) {
        this.namespaces = namespaces;
        this.requiredWeight = requiredWeight;
        this.othersCount = othersCount;
    }

    @Override
    public String name() {
        return "InterPodAffinity";
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public Verdict preScore(CycleState state, PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        var weights = new TopologyCounts();
        var preferred = pod.affinities().preferred();
        if (!preferred.isEmpty()) {
            var selections = preferred.stream().map(weighted -> snapshot.shared(new PodSelection(List.of(namespaces.part(weighted.term())), true, null))).toList();
            for (var node : snapshot.nodes()) {
                for (int i = 0; i < selections.size(); i++) {
                    weights.add(preferred.get(i).term().topologyKey(), node.labels(), preferred.get(i).weight() * node.count(selections.get(i)));
                }
            }
        }
        if (!preferred.isEmpty() || othersCount) {
            add(weights, snapshot.preferred(), 1, pod);
            add(weights, snapshot.required(), requiredWeight, pod);
        }
        if (weights.hasNoKeys()) {
            return Verdict.SKIP;
        }
        state.put(KEY, new Sums(weights));
        return Verdict.SUCCESS;
    }

    private void add(TopologyCounts weights, TermIndex others, long factor, PodInfo pod) {
        others.visit(term -> factor != 0 && term.matches(pod, namespaces::labels),
                (term, holder) -> weights.add(term.topologyKey(), holder.labels(), factor * holder.amount()));
    }

    @Override
    public ToLongFunction<NodeInfo> score(CycleState state, PodInfo pod) {
        var weights = state.get(KEY).weights;
        return node -> weights.sum(node.labels());
    }

    @Override
    public void normalize(CycleState state, PodInfo pod, List<NodeInfo> feasible, long[] scores) {
        long least = Arrays.stream(scores).min().orElse(0);
        long most = Arrays.stream(scores).max().orElse(0);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = most == least ? 0 : (long) (MAX * ((double) (scores[i] - least) / (most - least)));
        }
    }
}
