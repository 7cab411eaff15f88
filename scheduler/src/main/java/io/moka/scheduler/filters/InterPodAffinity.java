package io.moka.scheduler.filters;

import io.moka.scheduler.cache.AffinityTerm;
import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.PodSelection;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.Change;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filter;
import io.moka.scheduler.framework.PreFilter;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.topology.Namespaces;
import io.moka.scheduler.topology.TopologyCounts;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Refuses nodes by required affinity and anti-affinity between pods, in both directions: the pod's own terms, and the anti-affinity of the pods that run
/// already.
///
/// PreFilter gets the counts, by topology domain, of the pods that match the terms; then each node costs one look-up for each term. The snapshot keeps the
/// counts from cycle to cycle, so the cost of PreFilter grows only with the number of terms and of pods that have come and gone.
public final class InterPodAffinity implements PreFilter, Filter {

    private static final Verdict NOT_NEAR = Verdict.unresolvable("node(s) didn't match pod affinity rules");
    private static final Verdict NOT_APART = Verdict.unschedulable("node(s) didn't match pod anti-affinity rules");
    private static final Verdict KEPT_AWAY = Verdict.unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");
    private static final CycleState.Key<Counts> KEY = new CycleState.Key<>();

    /// @param near pods that match all terms of the affinity, counted under the topology key of each
    /// @param apart pods that match a term of the anti-affinity
    /// @param keepingAway pods whose anti-affinity matches the pod
    /// @param matchesItself whether the pod meets its own affinity, and so may be the first of its group
    private record Counts(TopologyCounts near, TopologyCounts apart, TopologyCounts keepingAway, boolean matchesItself) implements CycleState.Data {
        @Override
        public Counts copy() {
            return new Counts(near.copy(), apart.copy(), keepingAway.copy(), matchesItself);
        }
    }

    private final Namespaces namespaces;

    public InterPodAffinity(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    @Override
    public String name() {
        return "InterPodAffinity";
    }

    @Override
    public Set<ClusterEvent> helpedBy() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_LABELS_CHANGED, ClusterEvent.NAMESPACE_CHANGED, ClusterEvent.POD_PLACED, ClusterEvent.POD_REMOVED,
                ClusterEvent.POD_CHANGED);
    }

    /// A new pod helps if the waiting pod wants to be near it; a removed one if either keeps the other away.
    @Override
    public boolean helps(PodInfo waiting, Change change) {
        if (!(change instanceof Change.OfPod(var event, var before, var after)) || event == ClusterEvent.POD_CHANGED || (before == null && after == null)) {
            return true;
        }
        return (after != null && anyMatches(waiting.affinities().required(), after)) || (before != null && keepsAway(waiting, before));
    }

    private boolean keepsAway(PodInfo waiting, PodInfo other) {
        return anyMatches(waiting.affinities().requiredAnti(), other) || anyMatches(other.affinities().requiredAnti(), waiting);
    }

    private boolean anyMatches(List<AffinityTerm> terms, PodInfo pod) {
        return terms.stream().anyMatch(term -> term.matches(pod, namespaces::labels));
    }

    @Override
    public Result preFilter(CycleState state, PodInfo pod, Snapshot snapshot) {
        var own = pod.affinities();
        var keepingAway = new TopologyCounts();
        snapshot.requiredAnti().visitDomains(term -> term.matches(pod, namespaces::labels), (term, domains) -> keepingAway.include(term.topologyKey(), domains));
        if (own.required().isEmpty() && own.requiredAnti().isEmpty() && keepingAway.hasNoKeys()) {
            return Result.SKIP;
        }
        var near = new TopologyCounts();
        if (!own.required().isEmpty()) {
            var selection = snapshot.shared(new PodSelection(own.required().stream().map(namespaces::part).toList(), true, null));
            own.required().forEach(term -> near.include(term.topologyKey(), snapshot.counts(selection, term.topologyKey(), false)));
        }
        var apart = new TopologyCounts();
        for (var term : own.requiredAnti()) {
            var selection = snapshot.shared(new PodSelection(List.of(namespaces.part(term)), true, null));
            apart.include(term.topologyKey(), snapshot.counts(selection, term.topologyKey(), false));
        }
        state.put(KEY, new Counts(near, apart, keepingAway, matchesAll(own.required(), pod)));
        return Result.ALL_NODES;
    }

    private boolean matchesAll(List<AffinityTerm> terms, PodInfo pod) {
        return terms.stream().allMatch(term -> term.matches(pod, namespaces::labels));
    }

    @Override
    public void addPod(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
        change(state.get(KEY), pod, other, node, 1);
    }

    @Override
    public void removePod(CycleState state, PodInfo pod, PodInfo other, NodeInfo node) {
        change(state.get(KEY), pod, other, node, -1);
    }

    private void change(Counts counts, PodInfo pod, PodInfo other, NodeInfo node, int by) {
        var own = pod.affinities();
        if (!own.required().isEmpty() && matchesAll(own.required(), other)) {
            own.required().forEach(term -> counts.near.add(term.topologyKey(), node.labels(), by));
        }
        for (var term : own.requiredAnti()) {
            if (term.matches(other, namespaces::labels)) {
                counts.apart.add(term.topologyKey(), node.labels(), by);
            }
        }
        for (var term : other.affinities().requiredAnti()) {
            if (term.matches(pod, namespaces::labels)) {
                counts.keepingAway.add(term.topologyKey(), node.labels(), by);
            }
        }
    }

    @Override
    public Check check(CycleState state, PodInfo pod) {
        var counts = state.get(KEY);
        var own = pod.affinities();
        return node -> {
            if (!own.required().isEmpty() && !isNear(counts, own.required(), node)) {
                return NOT_NEAR;
            }
            if (counts.apart.sum(node.labels()) > 0) {
                return NOT_APART;
            }
            return counts.keepingAway.sum(node.labels()) > 0 ? KEPT_AWAY : Verdict.SUCCESS;
        };
    }

    @Override
    public String remedy(CycleState state, PodInfo pod, NodeInfo node) {
        var counts = state.get(KEY);
        for (var term : pod.affinities().required()) {
            var domain = node.labels().get(term.topologyKey());
            if (domain == null) {
                return "lacks the label " + term.topologyKey();
            }
            if (counts.near.get(term.topologyKey(), node.labels()) <= 0) {
                return "needs a pod with " + term.selector() + " in " + term.topologyKey() + "=" + domain;
            }
        }
        for (var term : pod.affinities().requiredAnti()) {
            long others = counts.apart.get(term.topologyKey(), node.labels());
            if (others > 0) {
                return term.topologyKey() + "=" + node.labels().get(term.topologyKey()) + " has " + others + " pods with " + term.selector()
                        + ", which the pod's anti-affinity avoids" + example(node, other -> term.matches(other, namespaces::labels));
            }
        }
        for (var key : counts.keepingAway.keys()) {
            long others = counts.keepingAway.get(key, node.labels());
            if (others > 0) {
                return key + "=" + node.labels().get(key) + " has " + others + " pods whose anti-affinity avoids the pod"
                        + example(node, other -> anyMatches(other.affinities().requiredAnti(), pod));
            }
        }
        return "";
    }

    private static String example(NodeInfo node, Predicate<PodInfo> which) {
        return node.pods().stream().filter(which).findFirst().map(other -> "; on this node pod " + other.key() + ", priority " + other.priority()).orElse("");
    }

    private static boolean isNear(Counts counts, List<AffinityTerm> terms, NodeInfo node) {
        boolean allThere = true;
        for (var term : terms) {
            if (!node.labels().containsKey(term.topologyKey())) {
                return false;
            }
            allThere &= counts.near.get(term.topologyKey(), node.labels()) > 0;
        }
        return allThere || (counts.matchesItself && counts.near.isEmpty());
    }
}
